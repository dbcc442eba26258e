import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { docker } from './harness.js';

export type SecretPlace = 'configuration' | 'history' | 'layer';

/** Where someone who has the image can read the text. */
export function placesOf(tag: string, secret: string): readonly SecretPlace[] {
  const places: SecretPlace[] = [];
  if (docker(['image', 'inspect', tag]).includes(secret)) places.push('configuration');
  if (docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', tag]).includes(secret)) places.push('history');
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-layers-'));
  try {
    const archive = path.join(folder, 'image.tar');
    docker(['save', '--output', archive, tag]);
    const { status, stderr } = spawnSync('tar', ['-xf', archive, '-C', folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tar ended with ${status}: ${stderr}`);
    rmSync(archive);
    if (filesIn(folder).some((it) => isLayerWith(it, secret))) places.push('layer');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return places;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => path.join(it.parentPath, it.name));
}

/** Layers are archives, compressed or not; what describes the image beside them is not. */
function isLayerWith(file: string, secret: string): boolean {
  if (statSync(file).size < 512) return false;
  const content = readFileSync(file);
  const isCompressed = content[0] === 0x1f && content[1] === 0x8b;
  const archive = isCompressed ? gunzipSync(content) : content;
  return archive.subarray(257, 262).toString('latin1') === 'ustar' && archive.includes(secret);
}
