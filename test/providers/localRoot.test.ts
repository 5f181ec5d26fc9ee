import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { thingDir } from '../../providers/local/layout.ts';
import type { Endpoint, NetworkSpec, Observation, ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { makeNamespace, type Namespace } from './localNamespace.ts';
import { isRoot, spec, TestSite } from './localSite.ts';

const run = promisify(execFile);
const limit = () => AbortSignal.timeout(20_000);
const sites: TestSite[] = [];

async function make(config: Record<string, unknown> = {}): Promise<TestSite> {
  const site = await TestSite.make(config);
  sites.push(site);
  return site;
}

afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

if (!isRoot) console.warn('NOT TESTED, needs root: users of their own, fences, isolation');

/** A program that tries something from inside, says what came of it, and stays. */
const trying = (script: string): WorkloadSpec => ({ ...spec, ports: {}, env: {}, boot: ['node', '-e', `${script}; setInterval(() => {}, 1000)`] });
const said = (site: TestSite, id: ResourceId): Promise<string> => readFile(join(thingDir(site.root, id), '0', 'log'), 'utf8');

if (!isRoot) {
  it('without root a fence is refused, and why is said', async () => {
    const site = await make({ isolation: 'namespace' });
    const fence: NetworkSpec = { egress: 'denied', witnesses: [] };
    const refused = site.provider.ensure('network', site.id('fence'), fence, fence, limit());
    await expect(refused).rejects.toMatchObject({ code: 'Unsupported', message: expect.stringContaining('root') });
  });
}

describe.runIf(isRoot)('as root, each site', () => {
  const readsOf = (path: string): WorkloadSpec =>
    trying(`try { require('node:fs').readdirSync(${JSON.stringify(path)}); console.log('CAME IN') } catch (error) { console.log(error.code) }`);

  it('runs as a user of its own, and reads nothing of another', async () => {
    const [one, two] = [await make(), await make()];
    const data = { orders: { sizeBytes: 1, recovery: '' } };
    const kept = one.id('orders/db');
    const [url] = await one.start(kept, { ...spec, data });
    const { uid } = z.object({ uid: z.number() }).parse(await (await fetch(url ?? '')).json());
    expect(uid).toBeGreaterThanOrEqual(200_000);
    const own = join(thingDir(one.root, kept), '0', 'data', 'orders');
    expect((await stat(own)).uid).toBe(uid);
    const [thief, owner] = [two.id('orders/thief'), one.id('orders/owner')];
    await two.start(thief, readsOf(own));
    expect(await said(two, thief)).toContain('EACCES');
    // The same words at the site itself show that it is the user and not the path.
    await one.start(owner, readsOf(own));
    expect(await said(one, owner)).toContain('CAME IN');
  });

  it.each(['plan.json', 'owned.json', '0/state.json'])('hides %s from its own programs', async (file) => {
    const site = await make();
    const id = site.id('orders/db');
    await site.start(id, trying(`try { require('node:fs').readFileSync('../../${file}'); console.log('CAME IN') } catch (error) { console.log(error.code) }`));
    expect(await said(site, id)).toContain('EACCES');
  });
});

describe.runIf(isRoot)('a fence', () => {
  let witness: Server;
  let other: Server;
  const at = (server: Server): Endpoint => {
    const address = server.address();
    return { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 };
  };

  beforeAll(async () => {
    const listening = async (): Promise<Server> => {
      const server = createServer((socket) => socket.end()).listen(0, '0.0.0.0');
      await once(server, 'listening');
      return server;
    };
    [witness, other] = [await listening(), await listening()];
  });

  afterAll(() => {
    witness.close();
    other.close();
  });

  const raise = async (site: TestSite, witnesses: readonly Endpoint[]): Promise<Observation> => {
    const fence: NetworkSpec = { egress: 'denied', witnesses };
    await site.provider.ensure('network', site.id('fence'), fence, fence, limit());
    return site.until('the fence settles', async () => {
      const seen = await site.observe(site.id('fence'), 'network');
      return seen?.phase === 'ready' || seen?.phase === 'failed' ? seen : undefined;
    });
  };

  it('lets a component answer, and nothing of it reach out', async () => {
    const site = await make({ isolation: 'namespace' });
    expect(await raise(site, [at(witness)])).toMatchObject({ phase: 'ready', status: { denied: [at(witness)] } });
    const inside = { ...spec, network: { fence: site.id('fence') } };
    const [url] = await site.start(site.id('orders/db'), inside);
    expect(url).toMatch(/^http:\/\/10\.213\./);
    expect((await fetch(url ?? '')).status).toBe(200);
    const gateway = url?.replace(/http:\/\/([\d.]+)\.(\d+):\d+/, (_, net: string, host: string) => `${net}.${Number(host) - 1}`);
    const caller = site.id('orders/caller');
    await site.start(caller, {
      ...trying(
        `for (const host of ['127.0.0.1', '${gateway}', '192.0.2.1']) require('node:net').connect({ host, port: ${at(other).port} }, () => console.log(host, 'CAME OUT')).on('error', (error) => console.log(host, error.code))`,
      ),
      network: inside.network,
    });
    const tried = await site.until('three tries', async () => {
      const lines = (await said(site, caller)).trim().split('\n');
      return lines.length >= 3 ? lines : undefined;
    });
    expect(tried.toSorted()).toEqual([`${gateway} EACCES`, '127.0.0.1 ECONNREFUSED', '192.0.2.1 EACCES'].toSorted());
  });

  it('is not proven by a witness that nobody can reach', async () => {
    const site = await make({ isolation: 'namespace' });
    expect(await raise(site, [at(witness), { host: '127.0.0.1', port: 1 }])).toMatchObject({
      phase: 'failed',
      code: 'Invalid',
      detail: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it('that leaks is seen to leak', async () => {
    const site = await make({ isolation: 'namespace' });
    const seen = await raise(site, []);
    const [, address] = /inet (10\.213\.[\d.]+)/.exec((await run('ip', ['addr', 'show', 'dev', seen.nativeId])).stdout) ?? [];
    await site.removed(site.id('fence'), 'network');
    const leak = { host: address ?? '', port: at(witness).port };
    const fence: NetworkSpec = { egress: 'denied', witnesses: [leak] };
    await site.provider.ensure('network', site.id('fence'), fence, fence, limit());
    expect(await site.observe(site.id('fence'), 'network')).toMatchObject({ phase: 'ready', status: { denied: [leak] } });
    await run('ip', ['-n', seen.nativeId, 'rule', 'del', 'pref', '200']);
    expect(await site.observe(site.id('fence'), 'network')).toMatchObject({ phase: 'failed', detail: expect.stringContaining('from inside') });
  });

  it('leaves neither namespace nor device when it is removed, and is found by its device when its directory is gone', async () => {
    const site = await make({ isolation: 'namespace' });
    const names = async () => [...(await run('ip', ['netns', 'list'])).stdout.split('\n'), ...(await run('ip', ['-br', 'link'])).stdout.split('\n')].join(' ');
    const { nativeId } = await raise(site, []);
    expect(await names()).toContain(nativeId);
    await run('rm', ['-r', thingDir(site.root, site.id('fence'))]);
    const list = () => site.provider.list({ installation: site.installation }, limit());
    expect(await list()).toEqual([{ kind: 'network', id: site.id('fence'), nativeId }]);
    await site.removed(site.id('fence'), 'network');
    expect(await list()).toEqual([]);
    expect(await names()).not.toContain(nativeId);
  });

  it('must be there before what runs behind it', async () => {
    const site = await make({ isolation: 'namespace' });
    await expect(site.ensure(site.id('orders/db'), { ...spec, network: { fence: site.id('fence') } })).rejects.toMatchObject({ code: 'NotFound' });
    expect(await site.processes()).toEqual([]);
  });
});

describe.runIf(isRoot)('isolation', () => {
  let namespace: Namespace;

  beforeAll(async () => {
    namespace = await makeNamespace();
  });

  afterAll(() => namespace.close());

  it('cuts the network and not the program, and is undone with its routes', async () => {
    const site = await make({ network: namespace.name });
    const id = site.id('orders/db');
    const [url] = await site.start(id, spec);
    const pids = (await site.processes()).map(({ pid }) => pid);
    const routes = async () => (await run('ip', ['-n', namespace.name, 'route'])).stdout;
    const before = await routes();
    const { version } = await site.provider.readPower({ id }, limit());
    expect(await site.provider.writePower({ id }, 'isolated', version, limit())).toMatchObject({ power: 'isolated', endpoints: {} });
    await expect(fetch(url ?? '', { signal: AbortSignal.timeout(1500) })).rejects.toBeDefined();
    expect((await site.processes()).map(({ pid }) => pid)).toEqual(pids);
    const isolated = await site.provider.readPower({ id }, limit());
    await site.provider.writePower({ id }, 'running', isolated.version, limit());
    await site.until('it answers again', async () =>
      fetch(url ?? '', { signal: AbortSignal.timeout(1000) }).then(
        () => true,
        () => undefined,
      ),
    );
    expect(await routes()).toBe(before);
    expect((await site.processes()).map(({ pid }) => pid)).toEqual(pids);
  });

  it('is refused where the site has no network of its own', async () => {
    const site = await make();
    await site.start(site.id('orders/db'), spec);
    await expect(site.provider.writePower({ id: site.id('orders/db') }, 'isolated', '1', limit())).rejects.toMatchObject({ code: 'Unsupported' });
  });
});
