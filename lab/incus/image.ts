import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PARTS = fileURLToPath(new URL('image', import.meta.url));
const SYSTEMCTL = fileURLToPath(new URL('../machines/image/systemctl', import.meta.url));
const BUSYBOX = '/bin/busybox';
const ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

export interface ImageOptions {
  /** Of its own, and gone when it is made; the image is `<folder>.tar`. */
  readonly folder: string;
  /** Programs of this host that it has beside busybox, by name, with the libraries that they need. */
  readonly programs: Readonly<Record<string, string>>;
}

/** An image of a system container, from static busybox and programs of this host: no registry is asked. Returns the tarball that Incus imports. */
export async function makeImage({ folder, programs }: ImageOptions): Promise<string> {
  const rootfs = join(folder, 'rootfs');
  const inside = (path: string): string => join(rootfs, path);
  for (const each of [
    'bin',
    'sbin',
    'usr/bin',
    'usr/sbin',
    'etc',
    'etc/systemd/system',
    'proc',
    'sys',
    'dev',
    'run',
    'tmp',
    'root',
    'var/lib/cloud/seed/nocloud-net',
    'var/log',
  ])
    await mkdir(inside(each), { recursive: true });
  await copyFile(BUSYBOX, inside('bin/busybox'));
  const { stdout } = await run(BUSYBOX, ['--list']);
  for (const applet of stdout.trim().split('\n')) if (applet !== 'busybox' && applet !== 'init') await symlink('busybox', inside(`bin/${applet}`));
  await place(join(PARTS, 'init'), inside('sbin/init'));
  await place(join(PARTS, 'udhcpc'), inside('etc/udhcpc'));
  await place(SYSTEMCTL, inside('usr/bin/systemctl'));
  await writeFile(inside('etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(inside('etc/group'), 'root:x:0:\n');
  await writeFile(inside('etc/hosts'), '127.0.0.1 localhost\n');
  for (const [name, path] of Object.entries(programs)) {
    await place(path, inside(`usr/bin/${name}`));
    for (const library of await librariesOf(path)) {
      await mkdir(inside(dirname(library)), { recursive: true });
      await place(library, inside(library));
    }
  }
  await cp(join(PARTS, 'templates'), join(folder, 'templates'), { recursive: true });
  const metadata = (await readFile(join(PARTS, 'metadata.yaml'), 'utf8'))
    .replace('@ARCH@', ARCH[arch()] ?? arch())
    .replace('@DATE@', String(Math.floor(Date.now() / 1000)));
  await writeFile(join(folder, 'metadata.yaml'), metadata);
  const tarball = join(dirname(folder), `${basename(folder)}.tar`);
  await run('tar', ['--numeric-owner', '--owner=0', '--group=0', '-C', folder, '-cf', tarball, 'metadata.yaml', 'templates', 'rootfs']);
  await rm(folder, { recursive: true });
  return tarball;
}

async function place(from: string, to: string): Promise<void> {
  await copyFile(await realpath(from), to);
  await chmod(to, 0o755);
}

async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}
