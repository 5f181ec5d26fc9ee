import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startMarathonLab } from '../../lab/marathon/lab.ts';
import { labelSelector } from '../../lab/marathon/selectors.ts';
import { example } from './marathonExamples.ts';

const lab = await startMarathonLab({ agents: 2, cpus: 2, stageMs: 30, healthMs: 10, killMs: 10, mostDeployments: 4 });
afterAll(() => lab.stop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Whatever the server says: each test looks for what it needs.
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${lab.url}${path}`, { method, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleep(10);
  }
}
const atRest = (): Promise<void> => until('no deployment runs', () => lab.inventory().deployments.length === 0);
const small = { cmd: 'sleep 1000', cpus: 0.1, mem: 16 };
const make = (id: string, more: object = {}): Promise<Answer> => ask('POST', '/v2/apps', { id, ...small, ...more });

beforeEach(async () => {
  lab.faults.clear();
  for (const id of lab.inventory().apps) await ask('DELETE', `/v2/apps${id}`);
  await atRest();
});

describe('the lab of Marathon', () => {
  it('starts what is posted by a deployment, and is done when every task runs and is healthy', async () => {
    const made = await make('/prod/orders', { instances: 2, portDefinitions: [{ name: 'http' }], healthChecks: [{ protocol: 'MESOS_TCP', portIndex: 0 }] });
    expect(made).toMatchObject({
      status: 201,
      body: { id: '/prod/orders', tasksRunning: 0, deployments: [{ id: made.headers.get('marathon-deployment-id') }] },
    });
    await atRest();
    const { body } = await ask('GET', '/v2/apps//prod/orders?embed=app.tasks');
    const healthy = { state: 'TASK_RUNNING', healthCheckResults: [{ alive: true }], ports: [expect.any(Number)] };
    expect(body).toMatchObject({ app: { tasksRunning: 2, tasksHealthy: 2, deployments: [], tasks: [healthy, healthy] } });
  });

  it('locks an app while it is deployed, and lets go when forced', async () => {
    await make('/locked');
    const refused = await ask('PUT', '/v2/apps/locked', { instances: 2 });
    expect(refused).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('App is locked by one or more deployments.'), deployments: [{ id: expect.any(String) }] },
    });
    expect(await ask('DELETE', '/v2/apps/locked?force=false')).toMatchObject({ status: 409 });
    expect(await ask('PUT', '/v2/apps/locked?force=true', { instances: 2 })).toMatchObject({ status: 200 });
  });

  it('removes by force unless told not to, as Marathon does against its own description', async () => {
    await make('/forced');
    expect(await ask('DELETE', '/v2/apps/forced')).toMatchObject({ status: 200, body: { deploymentId: expect.any(String) } });
  });

  it('keeps what is there from being posted again', async () => {
    await make('/twice');
    expect(await make('/twice')).toMatchObject({ status: 409, body: { message: 'An app with id [/twice] already exists.' } });
  });

  it('takes a deployment back by another one', async () => {
    await make('/back', { cpus: 64 });
    const [deployment] = lab.inventory().deployments;
    expect(await ask('DELETE', `/v2/deployments/${deployment}`)).toMatchObject({ status: 200 });
    await atRest();
    expect(lab.inventory()).toMatchObject({ apps: [], tasks: [] });
  });

  it('suspends to no instances and back, and remembers every version', async () => {
    await make('/suspended', { instances: 2 });
    await atRest();
    await ask('PUT', '/v2/apps/suspended', { instances: 0 });
    await atRest();
    expect(lab.inventory().tasks).toEqual([]);
    const { body } = await ask('GET', '/v2/apps/suspended/versions');
    expect(body.versions).toHaveLength(2);
    const [, oldest] = Array.isArray(body.versions) ? body.versions : [];
    expect(await ask('GET', `/v2/apps/suspended/versions/${oldest}`)).toMatchObject({ body: { instances: 2, id: '/suspended' } });
    await ask('PUT', '/v2/apps/suspended', { instances: 2 });
    await atRest();
    expect(lab.inventory().tasks).toHaveLength(2);
  });

  it('replaces the tasks of a changed app, the new ones first', async () => {
    await make('/changed');
    await atRest();
    const [old] = lab.inventory().tasks;
    await ask('PUT', '/v2/apps/changed', { cmd: 'sleep 2000' });
    expect(lab.inventory().tasks).toContain(old);
    await atRest();
    expect(lab.inventory().tasks).toHaveLength(1);
    expect(lab.inventory().tasks).not.toContain(old);
  });

  it('queues what no agent has room for, and says what they lack', async () => {
    await make('/large', { cpus: 64 });
    await sleep(50);
    const { body } = await ask('GET', '/v2/queue');
    const lack = { reason: 'InsufficientCpus', declined: 2, processed: 2 };
    expect(body).toMatchObject({
      queue: [
        { app: { id: '/large' }, count: 1, delay: { overdue: true }, processedOffersSummary: { rejectSummaryLastOffers: expect.arrayContaining([lack]) } },
      ],
    });
  });

  it('gives a port of an agent away once', async () => {
    await make('/ports', { instances: 3, requirePorts: true, portDefinitions: [{ port: 7000 }] });
    await until('two run', () => lab.inventory().tasks.length === 2);
    await sleep(60);
    expect(await ask('GET', '/v2/queue')).toMatchObject({ body: { queue: [{ count: 1 }] } });
  });

  it.for([
    ['what is no JSON', '{', 400, 'Invalid JSON'],
    ['an id that is a number', { id: 7, cmd: 'true' }, 400, 'Invalid JSON'],
    ['no command', { id: '/a' }, 422, 'Object is not valid'],
    ['a command and arguments', { ...small, id: '/a', args: ['sleep'] }, 422, 'Object is not valid'],
    ['a capacity above all', { ...small, id: '/a', upgradeStrategy: { minimumHealthCapacity: 2, maximumOverCapacity: 1 } }, 422, 'Object is not valid'],
    ['a secret that is not declared', { ...small, id: '/a', env: { A: { secret: 'none' } } }, 422, 'Object is not valid'],
    ['its own example, which says both a command and arguments', example('app'), 422, 'Object is not valid'],
  ] as const)('refuses %s', async ([, body, status, message]) => {
    expect(await ask('POST', '/v2/apps', body)).toMatchObject({ status, body: { message, details: expect.any(Array) } });
    expect(lab.inventory().apps).toEqual([]);
  });

  it('runs so many deployments at once and no more', async () => {
    for (const id of ['/a', '/b', '/c', '/d']) await make(id, { cpus: 64 });
    expect(await make('/e')).toMatchObject({ status: 403, body: { message: expect.stringContaining('Max number (4) of running deployments') } });
  });

  it('makes go wrong what a fault says', async () => {
    lab.faults.plant({ call: 'POST /v2/apps', where: { id: '/x' }, how: { kind: 'throttle', retryAfterSeconds: 3 } });
    const throttled = await make('/x');
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '3']);
    lab.faults.plant({ call: 'POST /v2/apps', how: { kind: 'lostReply' } });
    await expect(make('/x')).rejects.toThrow('fetch failed');
    expect(lab.inventory().apps).toEqual(['/x']);
    lab.faults.plant({ call: 'POST /v2/apps', how: { kind: 'bootFailure' } });
    await make('/fails');
    await until('it failed', async () => 'lastTaskFailure' in Object((await ask('GET', '/v2/apps/fails')).body.app));
    lab.faults.plant({ call: 'POST /v2/apps', how: { kind: 'slowOperation', ms: 300 } });
    await make('/slow');
    await until('its task runs', async () => Object((await ask('GET', '/v2/apps/slow')).body.app).tasksRunning === 1);
    expect(await ask('PUT', '/v2/apps/slow', { instances: 0 })).toMatchObject({ status: 409 });
  });

  it('selects by labels in the language of Marathon', () => {
    const labels = { environment: 'prod', tier: 'web server', '!!!': '+++' };
    const selected = (query: string): boolean => labelSelector(query)(labels);
    const met = [
      'environment',
      'environment==prod',
      'environment in (stage, prod)',
      String.raw`tier==web\ server`,
      String.raw`\!\!\! in (\-, \+\+\+)`,
      'environment!=stage, tier',
    ];
    const unmet = ['none', 'environment==stage', 'environment notin (prod)', 'none!=x', 'environment==prod, none'];
    expect(met.filter((query) => !selected(query))).toEqual([]);
    expect(unmet.filter(selected)).toEqual([]);
    expect(() => selected('environment=prod')).toThrow('Can not parse label selector');
  });

  it('has answered in no form but that of its description', () => {
    expect(lab.wrong).toEqual([]);
  });
});
