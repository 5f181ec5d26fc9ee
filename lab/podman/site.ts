import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const STARTS_WITHIN_MS = 20_000;

export interface PodmanOptions {
  readonly folder: string;
  /** Name of its bridge on this machine. */
  readonly bridge: string;
  /** Address of the host in its network; a /24. */
  readonly gateway: string;
  /** Of its network. */
  readonly network: string;
}

/** A real Podman with storage, networks and a socket of its own: one of several on this machine that know nothing of each other. Needs root. */
export class PodmanSite {
  readonly socket: string;
  readonly gateway: string;
  readonly network: string;
  readonly #folder: string;
  readonly #bridge: string;
  #service: ChildProcess | undefined;

  constructor({ folder, bridge, gateway, network }: PodmanOptions) {
    this.#folder = folder;
    this.#bridge = bridge;
    this.gateway = gateway;
    this.network = network;
    this.socket = join(folder, 'podman.sock');
  }

  async start(): Promise<void> {
    for (const each of ['root', 'run', 'tmp', 'net']) await mkdir(join(this.#folder, each), { recursive: true });
    await writeFile(join(this.#folder, 'containers.conf'), CONF);
    const network = {
      name: this.network,
      id: randomBytes(32).toString('hex'),
      driver: 'bridge',
      network_interface: this.#bridge,
      created: new Date().toISOString(),
      subnets: [{ subnet: this.gateway.replace(/\.1$/, '.0/24'), gateway: this.gateway }],
      ipv6_enabled: false,
      internal: false,
      dns_enabled: false,
      ipam_options: { driver: 'host-local' },
    };
    await writeFile(join(this.#folder, 'net', `${this.network}.json`), JSON.stringify(network));
    const log = openSync(join(this.#folder, 'service.log'), 'a');
    this.#service = spawn('podman', [...this.#where(), 'system', 'service', '-t', '0', `unix://${this.socket}`], {
      stdio: ['ignore', log, log],
      env: this.#environment(),
    });
    for (const end = Date.now() + STARTS_WITHIN_MS; ; await sleep(100)) {
      if (await run('curl', ['-fsS', '--unix-socket', this.socket, 'http://podman/_ping']).catch(() => undefined)) return;
      if (this.#service.exitCode !== null || Date.now() > end) throw new Error(`podman does not answer; see ${join(this.#folder, 'service.log')}`);
    }
  }

  /** The command line of this very site. */
  async podman(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('podman', [...this.#where(), ...args], { env: this.#environment(), maxBuffer: 2 ** 26 });
    return stdout;
  }

  async addImage(tarball: string, name: string): Promise<void> {
    await this.podman('import', '-q', tarball, name);
  }

  /** What it lists itself, by kind. */
  async inventory(): Promise<Record<string, string[]>> {
    const lines = async (...args: string[]): Promise<string[]> =>
      (await this.podman(...args))
        .split('\n')
        .filter((line) => line !== '')
        .toSorted();
    return {
      // `Up`, `Exited` or `Created`, without for how long.
      containers: (await lines('ps', '-a', '--format', '{{.Names}} {{.Status}}')).map((line) => line.split(' ', 2).join(' ')),
      volumes: await lines('volume', 'ls', '--format', '{{.Name}}'),
      networks: await lines('network', 'ls', '--format', '{{.Name}}'),
    };
  }

  /** Ends everything in it and takes away every trace. */
  async remove(): Promise<void> {
    if (!this.#service) return;
    await this.podman('rm', '-af', '-t', '0').catch(() => undefined);
    await this.podman('network', 'rm', '-f', this.network).catch(() => undefined);
    const gone = new Promise((resolve) => this.#service?.once('exit', resolve));
    if (this.#service.exitCode === null && this.#service.signalCode === null) {
      this.#service.kill('SIGTERM');
      await gone;
    }
    await run('umount', [join(this.#folder, 'root', 'overlay')]).catch(() => undefined);
    await run('ip', ['link', 'del', this.#bridge]).catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #where(): string[] {
    const at = (name: string): string => join(this.#folder, name);
    return ['--root', at('root'), '--runroot', at('run'), '--tmpdir', at('tmp'), '--network-config-dir', at('net')];
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, CONTAINERS_CONF: join(this.#folder, 'containers.conf') };
  }
}

/** What works as well where root may not raise limits, without systemd, and with either version of control groups. */
const CONF = `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
`;
