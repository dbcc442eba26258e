import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { EntryType, FolderEntry } from '../rules/core/project.js';

/**
 * The folders of the disk. A folder is listed once, and what is in it is known then: of the files that are asked for, most
 * are missing. Listings are kept until they are said to have changed.
 */
export interface Listings {
  /** What the folder holds, by name. Links are not followed. */
  readonly list: (folder: string) => Listing;
  /** Undefined: missing, or its folder may not be listed. */
  readonly typeOf: (file: string) => EntryType | undefined;
  /** What {@link Listings.list} has said about a file; undefined: nothing, or that it is missing. */
  readonly listedType: (file: string) => EntryType | undefined;
  readonly isListed: (folder: string) => boolean;
  /** Drops what is known of the folder itself, not of those in it. */
  readonly drop: (folder: string) => void;
  readonly dropBelow: (folder: string) => void;
  readonly forget: () => void;
}

export type Listing = readonly FolderEntry[] | { readonly error: unknown };

/** A listing with its entries by name, once one of them was asked for. */
interface Known {
  readonly listing: Listing;
  types?: ReadonlyMap<string, EntryType>;
}

/** Entries that are kept, so that a large workspace does not lie in memory whole. */
const MAX_ENTRIES = 100_000;

export function createListings(): Listings {
  const known = new Map<string, Known>();
  let entries = 0;

  const at = (folder: string): Known => {
    const before = known.get(folder);
    if (before) return before;
    const listing = listingOf(folder);
    entries += 1 + ('error' in listing ? 0 : listing.length);
    if (entries > MAX_ENTRIES) {
      known.clear();
      entries = 0;
    }
    const added: Known = { listing };
    known.set(folder, added);
    return added;
  };
  const typeIn = (it: Known | undefined, file: string): EntryType | undefined => {
    if (!it || 'error' in it.listing) return undefined;
    it.types ??= new Map(it.listing.map(({ name, type }) => [name, type]));
    return it.types.get(path.basename(file));
  };

  return {
    list: (folder) => at(folder).listing,
    typeOf: (file) => {
      const folder = path.dirname(file);
      return folder === file ? 'folder' : typeIn(at(folder), file);
    },
    listedType: (file) => typeIn(known.get(path.dirname(file)), file),
    isListed: (folder) => known.has(folder),
    drop: (folder) => void known.delete(folder),
    dropBelow: (folder) => {
      const prefix = folder + path.sep;
      for (const it of known.keys()) if (it.startsWith(prefix)) known.delete(it);
    },
    forget: () => {
      known.clear();
      entries = 0;
    },
  };
}

/** What is at a path now, without a listing. */
export function entryType(file: string): EntryType | undefined {
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    return stats && typeOfEntry(stats);
  } catch {
    // Below a file: in a worktree of git, `.git` is one.
    return undefined;
  }
}

function listingOf(folder: string): Listing {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((it) => ({ name: it.name, type: typeOfEntry(it) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return { error };
  }
}

function typeOfEntry(it: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryType {
  if (it.isSymbolicLink()) return 'link';
  if (it.isFile()) return 'file';
  return it.isDirectory() ? 'folder' : 'other';
}
