import { LEVELS } from './levels.js';

/** What may stand behind a key. */
export type Shape =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'text' }
  | { readonly kind: 'list' }
  /** Lists of texts. */
  | { readonly kind: 'lists' }
  /** Rule ids, each with a level. */
  | { readonly kind: 'rules' }
  | { readonly kind: 'group'; readonly keys: Readonly<Record<string, Key>> };

export interface Key {
  readonly shape: Shape;
  /** One or two sentences, shown by editors. */
  readonly description: string;
}

/** Every key of a `seaworthy.yaml`: the reader, the JSON schema and the editor's settings follow from it. */
export const KEYS: Readonly<Record<string, Key>> = {
  profile: {
    shape: { kind: 'choice', values: ['recommended', 'strict'] },
    description:
      'Which rules run: those nearly everyone agrees with (recommended), or every one (strict). A level under rules decides for one rule.',
  },
  rules: {
    shape: { kind: 'rules' },
    description: `Level by rule id: ${LEVELS.join(', ')}.`,
  },
  exclude: {
    shape: { kind: 'list' },
    description: 'Globs of files and folders that are not checked, such as vendor or **/*.test.Dockerfile.',
  },
  registries: {
    shape: {
      kind: 'group',
      keys: {
        allowed: {
          shape: { kind: 'list' },
          description:
            'The only registries that images may come from, each a host with an optional path, such as ghcr.io/acme. Empty: all.',
        },
        trusted: {
          shape: { kind: 'list' },
          description: 'Registries of your own organisation: their images are trusted whatever their name and tag.',
        },
        scanned: {
          shape: { kind: 'list' },
          description: 'Registries that scan every image that is pushed to them, written like allowed.',
        },
      },
    },
    description: 'Where images come from.',
  },
  files: {
    shape: {
      kind: 'group',
      keys: {
        dockerfile: {
          shape: { kind: 'list' },
          description: 'Globs of further files that are checked as Dockerfiles.',
        },
        compose: {
          shape: { kind: 'list' },
          description: 'Globs of further files that are checked as compose files.',
        },
      },
    },
    description: 'Files to check besides those with the usual names.',
  },
  compose: {
    shape: {
      kind: 'group',
      keys: {
        sets: {
          shape: { kind: 'lists' },
          description:
            'Compose files that are read together, as with -f, such as [compose.yaml, compose.prod.yaml]. A file counts with the first list that names it.',
        },
      },
    },
    description: 'How compose files belong together.',
  },
  ports: {
    shape: {
      kind: 'group',
      keys: {
        admin: {
          shape: { kind: 'list' },
          description:
            'Further ports that machines are operated by, such as 8443: admin-port-exposed reports them too.',
        },
      },
    },
    description: 'What is offered to the network.',
  },
  locale: {
    shape: { kind: 'text' },
    description: 'Language of messages, such as en or ja. Without it, that of the editor or the environment.',
  },
};
