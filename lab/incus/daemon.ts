import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ask } from './ask.ts';

const run = promisify(execFile);
const DAEMONS = ['/usr/libexec/incus/incusd', '/opt/incus/bin/incusd'];
const READY_MS = 30_000;
const GRACE_MS = 15_000;

export interface IncusOptions {
  /** Of its own; everybody must be able to go into those above it, as containers are users of their own. */
  readonly folder: string;
  /** Of the bridge that it makes, at most 15 characters; no other of this machine has it. */
  readonly bridge: string;
  /** Of the bridge, such as 10.80.1.1: the first of a /24 that nobody has. */
  readonly gateway: string;
  /** Also answer https there. */
  readonly port?: number;
}

/** A real Incus daemon of its own: its containers, its network, its storage. */
export class IncusDaemon {
  readonly socket: string;
  /** The server's own certificate, for https. */
  readonly certificate: string;
  /** Where its containers find this machine. */
  readonly gateway: string;
  readonly #options: IncusOptions;
  #child: ChildProcess | undefined;

  constructor(options: IncusOptions) {
    this.#options = options;
    this.gateway = options.gateway;
    this.socket = join(options.folder, 'unix.socket');
    this.certificate = join(options.folder, 'server.crt');
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Brings it up; what it had before, it has again. */
  async start(): Promise<void> {
    const { folder } = this.#options;
    const program = DAEMONS.find((path) => existsSync(path));
    if (!program) throw new Error('there is no Incus on this machine: test/onprem/setup/install.sh incus');
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o711);
    const log = openSync(`${folder}.log`, 'a');
    this.#child = spawn(program, ['--group', 'root'], { stdio: ['ignore', log, log], env: { ...process.env, INCUS_DIR: folder } });
    await once(this.#child, 'spawn');
    for (const end = Date.now() + READY_MS; ; await sleep(50)) {
      if (
        await this.ask('GET', '/internal/ready').then(
          () => true,
          () => false,
        )
      )
        return;
      if (Date.now() > end || this.#child.exitCode !== null)
        throw new Error(`incusd is not ready; it said: ${readFileSync(`${folder}.log`, 'utf8').slice(-600)}`);
    }
  }

  /** As an operator sets it up: a bridge with DHCP, a storage pool of plain directories, and a profile with both. */
  async setUp(): Promise<void> {
    const { bridge, gateway, port } = this.#options;
    if (port !== undefined) await this.ask('PATCH', '/1.0', { config: { 'core.https_address': `127.0.0.1:${port}` } });
    await this.ask('POST', '/1.0/networks', {
      name: bridge,
      type: 'bridge',
      config: { 'ipv4.address': `${gateway}/24`, 'ipv4.nat': 'false', 'ipv6.address': 'none' },
    });
    await this.ask('POST', '/1.0/storage-pools', { name: 'default', driver: 'dir' });
    const devices = { root: { type: 'disk', path: '/', pool: 'default' }, eth0: { type: 'nic', name: 'eth0', network: bridge } };
    await this.ask('PATCH', '/1.0/profiles/default', { devices });
  }

  /** One more of every container. */
  async addDevice(name: string, device: Readonly<Record<string, string>>): Promise<void> {
    await this.ask('PATCH', '/1.0/profiles/default', { devices: { [name]: device } });
  }

  async addImage(tarball: string, alias: string): Promise<void> {
    const made = await ask(this.socket, 'POST', '/1.0/images', undefined, createReadStream(tarball));
    const { fingerprint } = z.object({ fingerprint: z.string() }).parse(made);
    await this.ask('POST', '/1.0/images/aliases', { name: alias, target: fingerprint });
  }

  ask(method: string, path: string, body?: unknown): Promise<unknown> {
    return ask(this.socket, method, path, body);
  }

  /** Everything there is, as it lists it itself. */
  async inventory(): Promise<Record<string, string[]>> {
    const list = async (path: string) =>
      z
        .array(z.string())
        .parse((await this.ask('GET', path)) ?? [])
        .toSorted();
    return {
      instances: await list('/1.0/instances'),
      volumes: (await list('/1.0/storage-pools/default/volumes')).filter((path) => !path.includes('/volumes/image/')),
      networks: (await list('/1.0/networks')).filter((path) => path.endsWith(`/${this.#options.bridge}`)),
      profiles: await list('/1.0/profiles'),
      images: await list('/1.0/images'),
    };
  }

  /** As if its power failed. Its containers go on. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Takes away everything that it made on this machine. */
  async remove(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null)
      await this.#clear().catch((error: unknown) => console.error(`incus: ${String(error)}`));
    await this.#end('SIGTERM');
    const { folder } = this.#options;
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' ')[1] ?? []);
    for (const at of mounts.filter((each) => each.startsWith(`${folder}/`)).toReversed()) await run('umount', ['-l', at]).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }

  async #clear(): Promise<void> {
    const found = z
      .array(z.object({ name: z.string(), status: z.string() }))
      .parse((await this.ask('GET', '/1.0/instances?recursion=1&all-projects=true')) ?? []);
    await Promise.all(
      found.map(async ({ name, status }) => {
        if (status !== 'Stopped') await this.ask('PUT', `/1.0/instances/${name}/state`, { action: 'stop', force: true, timeout: 0 }).catch(() => undefined);
        await this.ask('DELETE', `/1.0/instances/${name}`).catch(() => undefined);
      }),
    );
    await this.ask('PUT', '/1.0/profiles/default', { devices: {}, config: {} });
    await this.ask('DELETE', `/1.0/networks/${this.#options.bridge}`);
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(late);
  }
}
