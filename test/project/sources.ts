import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const FOLDERS = ['activities', 'cli', 'docs', 'drills', 'lab', 'providers', 'test', 'worker', 'workflows'];

/** Every source file of the project: path from the root → text. */
export function sources(): Map<string, string> {
  const paths = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`));
  return new Map(paths.filter((path) => /\.(m?ts|m?js)$/.test(path)).map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}
