import { constants } from 'node:fs';
import { access, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { TextFile } from './files.ts';
import type { Problem } from './problem.ts';
import { nearest, quoted } from './say.ts';

/** The only part of `drills/` that touches a disk. */

export const MUSTER_FILE = 'muster.yaml';
const PARTS = ['workloads', 'drills'];
const LARGEST_BYTES = 1024 * 1024;
const DEEPEST_FOLDER = 12;

export interface ReadFiles {
  readonly files: readonly TextFile[];
  /** Of what could not be read: also a mistake with a place, never an exception. */
  readonly problems: readonly Problem[];
}

/** The nearest folder that holds a muster.yaml, from a file or folder upward. */
export async function findProject(start: string): Promise<string | undefined> {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (await exists(join(folder, MUSTER_FILE))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Files as they are named; of a folder, its project (muster.yaml, workloads/, drills/), else its YAML files. Each once; paths as seen from `cwd`. */
export async function readFiles(paths: readonly string[], cwd: string = process.cwd()): Promise<ReadFiles> {
  const files: TextFile[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const path of paths.map((each) => resolve(cwd, each))) {
    for (const found of await expand(path)) {
      const shown = shownFrom(cwd, found.path);
      if (seen.has(found.path)) continue;
      seen.add(found.path);
      const read = found.problem === undefined ? await readText(found.path) : { problem: found.problem };
      if ('text' in read) files.push({ path: shown, text: read.text });
      else problems.push({ file: shown, line: 1, column: 1, message: read.problem });
    }
  }
  return { files, problems };
}

interface Found {
  readonly path: string;
  readonly problem?: string;
}

async function expand(path: string): Promise<Found[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [{ path }];
    const isProject = await exists(join(path, MUSTER_FILE));
    const found = isProject
      ? [{ path: join(path, MUSTER_FILE) }, ...(await Promise.all(PARTS.map((part) => yamlUnder(join(path, part))))).flat()]
      : await yamlUnder(path);
    return found.length > 0 ? found : [{ path, problem: 'there is no .yaml file in this folder' }];
  } catch (error) {
    return [{ path, problem: await why(error, path) }];
  }
}

/** A folder with a muster.yaml of its own is another project. */
async function yamlUnder(folder: string, depth = 0): Promise<Found[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).toSorted();
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? [] : [{ path: folder, problem: await why(error, folder) }];
  }
  const found: Found[] = [];
  for (const name of names) {
    if (name.startsWith('.') || name === 'node_modules') continue;
    const path = join(folder, name);
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
    if (isFolder && depth < DEEPEST_FOLDER && !(await exists(join(path, MUSTER_FILE)))) found.push(...(await yamlUnder(path, depth + 1)));
    else if (!isFolder && /\.ya?ml$/.test(name)) found.push({ path });
  }
  return found;
}

async function readText(path: string): Promise<{ readonly text: string } | { readonly problem: string }> {
  try {
    const { size, ...kind } = await statOf(path);
    if (!kind.isFile) return { problem: 'this is not a regular file' };
    if (size > LARGEST_BYTES) return { problem: `the file has ${size} bytes, and more than ${LARGEST_BYTES} are not read` };
    const bytes = await firstBytes(path);
    if (bytes.length > LARGEST_BYTES) return { problem: `the file has more than ${LARGEST_BYTES} bytes` };
    if (bytes.includes(0)) return { problem: 'this is a binary file, not text' };
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    return { problem: error instanceof TypeError ? 'the file is not UTF-8; save it as UTF-8' : await why(error, path) };
  }
}

async function statOf(path: string): Promise<{ readonly size: number; readonly isFile: boolean }> {
  const found = await stat(path);
  return { size: found.size, isFile: found.isFile() };
}

/** Up to one more than may be read, whatever size the file says it has. */
async function firstBytes(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const bytes = new Uint8Array(LARGEST_BYTES + 1);
    let filled = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled);
      filled += bytesRead;
      if (bytesRead === 0 || filled === bytes.length) return bytes.subarray(0, filled);
    }
  } finally {
    await handle.close();
  }
}

async function why(cause: unknown, path: string): Promise<string> {
  const code = codeOf(cause);
  if (code === 'EACCES' || code === 'EPERM') return 'the file cannot be read: permission denied';
  if (code === 'ELOOP') return 'the file cannot be read: its symbolic links lead in a circle';
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return `the file cannot be read: ${code ?? 'unknown error'}`;
  const names = await readdir(dirname(path)).catch(() => []);
  const guess = nearest(basename(path), names);
  return `there is no such file${guess === undefined ? '' : `; did you mean ${quoted(guess)}?`}`;
}

const codeOf = (error: unknown): string | undefined => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined);

const exists = (path: string) =>
  access(path, constants.F_OK).then(
    () => true,
    () => false,
  );

function shownFrom(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}
