import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from '../../providers/driver.ts';
import { type LocalConfig, localConfig, localDriver } from '../../providers/local/index.ts';
import { listByEnv, signal } from '../../providers/processes.ts';
import { Provider } from '../../providers/provider.ts';
import { type Kind, type Observation, type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';

export const isRoot = process.getuid?.() === 0;

/** Answers every request with what it was given and what it finds in its data directories. */
export const ECHO = `
const [host, port] = process.env.LISTEN.split(':');
const { readdirSync } = require('node:fs');
const data = () => process.env.DATA ? readdirSync(process.env.DATA) : [];
require('node:http').createServer((_, response) => response.end(JSON.stringify({ pid: process.pid, uid: process.getuid(), argv: process.argv, env: process.env, data: data() })))
  .listen({ host, port: Number(port) }, () => console.log('listening'));
`;

export const spec: WorkloadSpec = {
  workload: 'orders',
  component: 'db',
  image: '',
  boot: ['node', '-e', ECHO],
  replicas: 1,
  size: { cpu: 0.1, memoryBytes: 67_108_864, arch: [] },
  ports: { http: 7001 },
  env: { LISTEN: '${self.listen.http}' },
  secrets: {},
  data: {},
  network: 'site',
};

/** A site in a directory of its own, and the driver of it that a worker would have. */
export class TestSite {
  readonly root: string;
  readonly installation: string;
  readonly config: LocalConfig;
  readonly driver: Driver;
  readonly provider: Provider;

  private constructor(root: string, installation: string, config: LocalConfig) {
    this.root = root;
    this.installation = installation;
    this.config = config;
    this.driver = localDriver({ site: 'ams', config, root, installation });
    this.provider = new Provider(this.driver);
  }

  static async make(config: Record<string, unknown> = {}, installation = 'test'): Promise<TestSite> {
    const root = await mkdtemp(join(tmpdir(), 'local-'));
    await chmod(root, 0o755);
    return new TestSite(join(root, 'site'), installation, localConfig.parse({ provider: 'local', ...config }));
  }

  id(role: string, run = '00112233445566aa', generation = 1): ResourceId {
    return { owner: { installation: this.installation, run, expires: run === STANDING ? 'never' : '2999-01-01T00:00:00.000Z' }, role, generation };
  }

  ensure(id: ResourceId, wanted: WorkloadSpec, signal = AbortSignal.timeout(20_000)): Promise<Observation<'workload'>> {
    return this.provider.ensure('workload', id, wanted, wanted, signal);
  }

  observe(id: ResourceId, kind: Kind = 'workload'): Promise<Observation | undefined> {
    return this.provider.observe(kind, id, AbortSignal.timeout(20_000));
  }

  /** The first answer that is not undefined. */
  async until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 25): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
      await sleep(50);
    }
  }

  settled(id: ResourceId): Promise<Observation> {
    return this.until(`${id.role} settles`, async () => {
      const seen = await this.observe(id);
      return seen?.phase === 'ready' || seen?.phase === 'failed' ? seen : undefined;
    });
  }

  /** Made and ready; where it answers at its port `http`, one for each replica. */
  async start(id: ResourceId, wanted: WorkloadSpec): Promise<string[]> {
    await this.ensure(id, wanted);
    const seen = await this.settled(id);
    if (seen.phase !== 'ready' || !('endpoints' in seen.status)) throw new Error(`${id.role} is ${seen.phase}: ${'detail' in seen ? seen.detail : ''}`);
    return (seen.status.endpoints['http'] ?? []).map(({ host, port }) => `http://${host}:${port}`);
  }

  async removed(id: ResourceId, kind: Kind = 'workload'): Promise<void> {
    await this.provider.remove(kind, id, AbortSignal.timeout(20_000));
    await this.until(`${id.role} is gone`, async () => ((await this.observe(id, kind)) ? undefined : true));
  }

  /** Its processes, whoever remembers them. */
  processes(): ReturnType<typeof listByEnv> {
    return listByEnv('MUSTER_ROOT', this.root);
  }

  /** Takes everything away, also what a failed test left. */
  async close(): Promise<void> {
    const limit = AbortSignal.timeout(30_000);
    for (const { kind, id } of (await this.provider.list({ installation: this.installation }, limit)).toSorted((a, b) => (a.kind > b.kind ? -1 : 1))) {
      await this.removed(id, kind).catch(() => {});
    }
    for (const each of await this.processes()) await signal(each, 'SIGKILL');
    await rm(join(this.root, '..'), { recursive: true, force: true, maxRetries: 5 });
  }
}
