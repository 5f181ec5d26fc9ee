import { execFile } from 'node:child_process';
import { copyFile, mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BUSYBOX = '/bin/busybox';

export interface ImageOptions {
  /** Of its own, and gone when it is made; the root file system is `<folder>.tar`. */
  readonly folder: string;
  /** Programs of this host that it has beside busybox, by name, with the libraries that they need. */
  readonly programs: Readonly<Record<string, string>>;
}

/** The root file system of a container, from static busybox and programs of this host: no registry is asked. Returns the tarball to import. */
export async function makeRoot({ folder, programs }: ImageOptions): Promise<string> {
  const inside = (path: string): string => join(folder, path);
  for (const each of ['bin', 'usr/bin', 'etc', 'proc', 'sys', 'dev', 'run', 'tmp', 'root', 'var/lib']) await mkdir(inside(each), { recursive: true });
  await copyFile(BUSYBOX, inside('bin/busybox'));
  const { stdout } = await run(BUSYBOX, ['--list']);
  for (const applet of stdout.trim().split('\n')) if (applet !== 'busybox') await symlink('busybox', inside(`bin/${applet}`));
  await writeFile(inside('etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(inside('etc/group'), 'root:x:0:\n');
  for (const [name, path] of Object.entries(programs)) {
    await copyFile(await realpath(path), inside(`usr/bin/${name}`));
    for (const library of await librariesOf(path)) {
      await mkdir(inside(dirname(library)), { recursive: true });
      await copyFile(await realpath(library), inside(library));
    }
  }
  await run('tar', ['--numeric-owner', '--owner=0', '--group=0', '-C', folder, '-cf', `${folder}.tar`, '.']);
  await rm(folder, { recursive: true });
  return `${folder}.tar`;
}

async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}
