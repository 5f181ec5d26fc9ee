import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, open, readdir, readlink, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Fetchable } from '../spec.ts';
import { DriverError } from '../errors.ts';
import { fetchFile } from './fetchFile.ts';
import { exists } from './json.ts';

const run = promisify(execFile);

/** Fetches a .tgz and unpacks it, whole or not at all; what is there already is left alone. Nothing in it may lead out of the directory. */
export async function unpackInto(directory: string, file: Fetchable | undefined, uid: number | undefined, signal: AbortSignal): Promise<void> {
  if (await exists(directory)) return;
  const draft = `${directory}.new`;
  const archive = `${directory}.tgz`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (uid !== undefined) await chown(draft, uid, uid);
  if (file) {
    await fetchFile(file, archive, 'files', signal);
    await extract(archive, draft, uid, signal);
    await rm(archive);
    await chmod(draft, 0o700); // The archive may have said otherwise.
  }
  await rename(draft, directory);
}

async function extract(archive: string, directory: string, uid: number | undefined, signal: AbortSignal): Promise<void> {
  const input = await open(archive);
  try {
    const { stdout } = await tar(['-tzf', archive], signal);
    const bad = stdout.split('\n').find((name) => name.startsWith('/') || name.split('/').includes('..'));
    if (bad !== undefined)
      throw new DriverError('Invalid', `files: the archive holds ${JSON.stringify(bad)}, which leads out of its directory: pack it again without`);
    // As the site's own user, so that even an archive made to deceive writes nothing that this user may not.
    const user = uid === undefined ? {} : { uid, gid: uid };
    await extractFrom(input.createReadStream({ autoClose: false }), directory, user, signal);
  } finally {
    await input.close();
  }
  await refuseWayOut(directory, directory);
}

async function extractFrom(input: NodeJS.ReadableStream, directory: string, user: { uid?: number; gid?: number }, signal: AbortSignal): Promise<void> {
  const unpacking = run('tar', ['-xzf', '-', '-C', '.', '--no-same-owner'], { cwd: directory, signal, ...user });
  unpacking.child.stdin?.on('error', () => {});
  if (unpacking.child.stdin) input.pipe(unpacking.child.stdin);
  await unpacking.catch((error: unknown) => refuse(error, signal));
}

async function tar(args: readonly string[], signal: AbortSignal): Promise<{ stdout: string }> {
  return run('tar', args, { signal, maxBuffer: 64 * 2 ** 20 }).catch((error: unknown) => refuse(error, signal));
}

function refuse(error: unknown, signal: AbortSignal): never {
  signal.throwIfAborted();
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : String(error);
  throw new DriverError('Invalid', `files: not a .tgz that tar can unpack: ${said}`);
}

/** Links are the one way out that a name does not show. */
async function refuseWayOut(directory: string, root: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await refuseWayOut(path, root);
    if (!entry.isSymbolicLink()) continue;
    const target = resolve(dirname(path), await readlink(path));
    if (target !== root && !target.startsWith(root + sep))
      throw new DriverError('Invalid', `files: the link ${path.slice(root.length + 1)} leads out of its directory: pack it again without`);
  }
}
