import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { How } from '../../lab/faults.ts';
import type { MarathonConfig } from '../../providers/marathon/config.ts';
import { Provider } from '../../providers/provider.ts';
import type { Observation, PowerRef, PowerState, ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { appId, ask, marathonAt, marathonSpec, startLab } from './marathonHarness.ts';

const lab = await startLab({ agents: 4, cpus: 2 });
afterAll(() => lab.stop());
afterEach(async () => {
  lab.faults.clear();
  for (const id of lab.inventory().apps) await ask(lab, 'DELETE', `/v2/apps${id}?force=true`);
  await until(async () => lab.inventory().tasks.length === 0 || undefined);
});

const { signal } = new AbortController();
const spec = marathonSpec({ replicas: 1, ports: { http: 7001 } });
const providerOf = (change: Partial<MarathonConfig> = {}): Provider => new Provider(marathonAt(lab, change));
const provider = providerOf();
const newId = (installation = 'acme'): ResourceId => ({
  owner: { installation, run: hex16(), expires: '2099-01-01T00:00:00.000Z' },
  role: 'orders/api',
  generation: 1,
});
const ensure = (id: ResourceId, wanted: WorkloadSpec = spec): Promise<Observation<'workload'>> => provider.ensure('workload', id, wanted, wanted, signal);
const meets = (id: ResourceId, how: How): void => lab.faults.plant({ call: 'POST /v2/apps', where: { id: appId(id) }, how });

async function until<T>(answer: () => Promise<T | undefined>, seconds = 10): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await answer();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('waited in vain');
    await sleep(30);
  }
}
const phase = (id: ResourceId, wanted: Observation['phase'], by = provider): Promise<Observation<'workload'>> =>
  until(async () => {
    const seen = await by.observe('workload', id, signal);
    return seen?.phase === wanted ? seen : undefined;
  });
const gone = (id: ResourceId): Promise<true> => until(async () => (await provider.observe('workload', id, signal)) === undefined || undefined);
const rest = (ref: PowerRef, power: PowerState['power']): Promise<PowerState> =>
  until(async () => {
    const state = await provider.readPower(ref, signal);
    return state.power === power ? state : undefined;
  });
const put = async (ref: PowerRef, power: 'running' | 'stopped'): Promise<PowerState> => {
  const { version } = await provider.readPower(ref, signal);
  await provider.writePower(ref, power, version, signal);
  return rest(ref, power);
};
/** An app of the operator's own, at rest. */
async function stands(id: string, more: Readonly<Record<string, unknown>> = {}): Promise<PowerRef> {
  await ask(lab, 'POST', '/v2/apps', { id, cmd: 'sleep 1000', cpus: 0.1, mem: 16, portDefinitions: [{ name: 'http', port: 0 }], ...more });
  await rest({ selector: id }, 'running');
  return { selector: id };
}

describe('a deployment of somebody else', () => {
  it('treats a locked app as unavailable, not as a conflict', async () => {
    const ref = await stands('/locked/one');
    const { version } = await provider.readPower(ref, signal);
    lab.faults.plant({ call: 'PUT /v2/apps/{app_id}', how: { kind: 'slowOperation', ms: 1500 } });
    await ask(lab, 'PUT', '/v2/apps/locked/one', { instances: 1, cmd: 'sleep 2000' });
    // Seen in time, and not.
    const seen = await provider.readPower(ref, signal);
    expect(await provider.writePower(ref, 'stopped', seen.version, signal).catch((error: unknown) => error)).toMatchObject({
      code: 'Unavailable',
      advice: 'retry',
    });
    lab.faults.plant({ call: 'PUT /v2/apps/{app_id}', how: { kind: 'refuse', status: 409, code: 'App is locked by one or more deployments.' } });
    const now = await rest(ref, 'running');
    expect(now.version).not.toBe(version);
    expect(await provider.writePower(ref, 'stopped', now.version, signal).catch((error: unknown) => error)).toMatchObject({
      code: 'Unavailable',
      advice: 'retry',
    });
    expect(await put(ref, 'stopped')).toMatchObject({ power: 'stopped' });
  });

  it('is not forced away, nor taken back, when our app is removed in the middle of it', async () => {
    const id = newId();
    await ensure(id);
    await phase(id, 'ready');
    lab.faults.plant({ call: 'PUT /v2/apps/{app_id}', how: { kind: 'slowOperation', ms: 1500 } });
    await ask(lab, 'PUT', `/v2/apps${appId(id)}`, { instances: 2, requirePorts: true });
    const before = lab.inventory().deployments;
    expect(await provider.remove('workload', id, signal).catch((error: unknown) => error)).toMatchObject({ code: 'Unavailable' });
    expect(lab.inventory().deployments).toEqual(before);
    await until(async () => lab.inventory().deployments.length === 0 || undefined);
    await provider.remove('workload', id, signal);
    await gone(id);
  });

  it('is in the way of all others when there are too many: unavailable, and no lack of rights', async () => {
    const id = newId();
    meets(id, { kind: 'quota' });
    expect(await ensure(id).catch((error: unknown) => error)).toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('Max number (100) of running deployments'),
    });
  });
});

describe('an app without offers', () => {
  const patient = providerOf({ offersWithin: 1 });

  it('is told as pending with what the agents lack, and then as a lack of capacity', async () => {
    const id = newId();
    await ensure(id, { ...spec, size: { ...spec.size, cpu: 64 } });
    expect(await until(async () => provider.observe('workload', id, signal))).toMatchObject({
      phase: 'pending',
      detail: '0 of 1 instances run, 1 wait for offers: InsufficientCpus on 4 agents',
    });
    expect(await phase(id, 'failed', patient)).toMatchObject({
      code: 'Capacity',
      detail: expect.stringMatching(/^1 of 1 instances had no offer that fits for \d+ s: InsufficientCpus on 4 agents$/),
    });
    // Its deployment would go on for ever.
    await provider.remove('workload', id, signal);
    await gone(id);
    expect(lab.inventory().apps).not.toContain(appId(id));
  });

  it('waits where the agents have its port taken', async () => {
    const id = newId();
    await ensure(id, { ...spec, replicas: 5, size: { ...spec.size, cpu: 0.1 } });
    expect(await phase(id, 'failed', patient)).toMatchObject({ code: 'Capacity', detail: expect.stringContaining('1 of 5 instances') });
    await provider.remove('workload', id, signal);
    await gone(id);
  });
});

it('is being removed until its tasks have ended, though Marathon lists it no longer', async () => {
  const id = newId();
  await ensure(id);
  await phase(id, 'ready');
  lab.faults.plant({ call: 'DELETE /v2/apps/{app_id}', how: { kind: 'slowOperation', ms: 1500 } });
  await provider.remove('workload', id, signal);
  expect(await provider.observe('workload', id, signal)).toEqual({ id, nativeId: appId(id), phase: 'removing', detail: 'its tasks are ending' });
  expect(await ensure(id).catch((error: unknown) => error)).toMatchObject({ code: 'Unavailable' });
  await gone(id);
  expect(lab.inventory().tasks).toEqual([]);
});

it('names a task that ends again and again, with the last that Marathon says of it', async () => {
  const id = newId();
  meets(id, { kind: 'bootFailure' });
  await ensure(id);
  const seen = await phase(id, 'failed');
  expect(seen).toMatchObject({ code: 'Unavailable', detail: 'its tasks end again and again: TASK_FAILED, Command exited with status 1' });
  await provider.remove('workload', id, signal);
  await gone(id);
}, 30_000);

describe('power of apps that the operator has', () => {
  it('gives back as many instances as there were, and writes nothing else on the app', async () => {
    const ref = await stands('/prod/orders', { instances: 3, labels: { team: 'orders' } });
    const config = async () => {
      const { body } = await ask(lab, 'GET', '/v2/apps/prod/orders');
      const { labels, cmd, env, instances, versionInfo } = Object(body.app);
      return { labels, cmd, env, instances, since: versionInfo.lastConfigChangeAt };
    };
    const before = await config();
    await put(ref, 'stopped');
    expect(lab.inventory().tasks.filter((task) => task.startsWith('prod_orders.'))).toEqual([]);
    await put(ref, 'running');
    expect(await config()).toEqual(before);
  });

  it('takes all apps of a label as one, and names the ports of each', async () => {
    for (const name of ['a', 'b']) await stands(`/label/${name}`, { labels: { 'the app': 'shop, one' }, portDefinitions: [{ name: 'http' }, {}] });
    await stands('/label/c', { labels: { 'the app': 'shop, two' } });
    const ref = { selector: 'label:the app=shop, one' };
    const { endpoints } = await put(ref, 'stopped').then(() => put(ref, 'running'));
    expect(Object.entries(endpoints).map(([name, at]) => [name, at.length])).toEqual([
      ['http', 2],
      ['port1', 2],
    ]);
    expect(await provider.readPower({ selector: '/label/c' }, signal)).toMatchObject({ power: 'running' });
  });

  it('says so when it cannot know how many there were', async () => {
    await ask(lab, 'POST', '/v2/apps', { id: '/never', cmd: 'true', instances: 0 });
    const { version } = await rest({ selector: '/never' }, 'stopped');
    const error = await provider.writePower({ selector: '/never' }, 'running', version, signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'Unsupported', message: expect.stringContaining('scale it by hand') });
  });

  it('refuses a selector that is none', async () => {
    for (const selector of ['prod/orders', '/Prod', 'label:x', '/a?force=true', ''])
      expect(await provider.readPower({ selector }, signal).catch((error: unknown) => error)).toMatchObject({ code: 'Invalid' });
  });
});

it('finds what it marked, whatever signs are in the name of the installation', async () => {
  const [one, another] = [newId('acme, "ü" == (x) \\'), newId('acme, "ü" == (y) \\')];
  for (const id of [one, another]) await ensure(id);
  expect((await provider.list({ installation: one.owner.installation }, signal)).map(({ id }) => id)).toEqual([one]);
  for (const id of [one, another]) await provider.remove('workload', id, signal);
});

it('puts no secret into a command line, nor into the script that stands in the sandbox', async () => {
  const id = newId();
  await ensure(id, marathonSpec({ ports: {}, secrets: { TOKEN: 'hunter2' }, env: { MODE: 'test' } }));
  const { cmd, env, args } = Object(Object((await ask(lab, 'GET', `/v2/apps${appId(id)}`)).body.app));
  expect([cmd, env.MUSTER_BOOT_SCRIPT, args].join('\n')).not.toContain('hunter2');
  expect(env.TOKEN).toBe('hunter2');
  expect(env.MUSTER_BOOT_SCRIPT).toContain("export MODE='test'");
  await provider.remove('workload', id, signal);
});

it('explains why it takes no data', async () => {
  const error = await ensure(newId(), { ...spec, data: { orders: { sizeBytes: 1, recovery: 'https://store.invalid/orders' } } }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'Unsupported', message: expect.stringContaining("data set orders: a task's sandbox is lost with the task") });
});

it.for([
  ['a token of DC/OS', 'token=abc.def', 'token=abc.def'],
  ['a user and a password', 'ana:se:cret\n', `Basic ${Buffer.from('ana:se:cret').toString('base64')}`],
] as const)('shows %s as it is asked for', async ([, held, header]) => {
  const { authorizationOf } = await import('../../providers/marathon/credentials.ts');
  expect(await authorizationOf('env:DR', async () => held)).toBe(header);
  const error = await authorizationOf('env:DR', async () => 'hunter2').catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('env:DR must hold');
  expect(String(error)).not.toContain('hunter2');
});
