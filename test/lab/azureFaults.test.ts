import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type RunningAzureLab, startAzureLab } from '../../lab/azure/lab.ts';
import { all, type AzureClients, azureClients, FAST } from './azureClient.ts';
import { endAll, firstLine, run } from './process.ts';

describe('what goes wrong at the Azure lab when the person there says so', () => {
  let lab: RunningAzureLab;
  let azure: AzureClients;
  let path: string;
  const plant = async (fault: unknown) => expect((await fetch(`${lab.adminUrl}/faults`, { method: 'POST', body: JSON.stringify(fault) })).status).toBe(200);
  const calls = (name: string) => lab.calls.filter(({ call }) => call === name).length;

  beforeAll(async () => {
    lab = await startAzureLab({ operationMs: 60 });
    azure = azureClients(lab);
    path = `/subscriptions/${lab.subscription}/resourceGroups/${lab.resourceGroup}/providers/Microsoft.Compute/virtualMachines`;
    await azure.nic('ready');
  });
  afterEach(() => {
    lab.faults.clear();
    lab.calls.length = 0;
  });
  afterAll(() => lab.stop());

  it('too many requests: the client waits as it is told and asks again', async () => {
    await plant({ call: 'VirtualMachines_ListAll', how: { kind: 'throttle', retryAfterSeconds: 1 } });
    const before = performance.now();
    expect(await all(azure.compute.virtualMachines.listAll())).toEqual([]);
    expect(performance.now() - before).toBeGreaterThan(950);
    expect(calls('VirtualMachines_ListAll')).toBe(2);
    await plant({ call: 'VirtualMachines_List', how: { kind: 'throttle', retryAfterSeconds: 7 } });
    expect(await azure.ask('GET', `${path}?api-version=2024-11-01`)).toMatchObject({
      status: 429,
      headers: {
        'retry-after': '7',
        'x-ms-ratelimit-remaining-subscription-reads': '0',
        'x-ms-request-id': expect.any(String),
        'x-ms-correlation-request-id': expect.any(String),
      },
      body: { error: { code: 'TooManyRequests' } },
    });
  });

  it('a reply that is lost after the work was done', async () => {
    await plant({ call: 'NetworkInterfaces_CreateOrUpdate', where: { networkInterfaceName: 'lost' }, how: { kind: 'lostReply' } });
    const url = `${path.replace(/Microsoft\.Compute.*/, 'Microsoft.Network/networkInterfaces')}/lost?api-version=2025-05-01`;
    const nic = { location: lab.location, properties: { ipConfigurations: [{ name: 'main', properties: { subnet: { id: lab.subnetId } } }] } };
    await expect(azure.ask('PUT', url, nic)).rejects.toThrow(/hang up|reset/);
    expect(lab.inventory().networkInterfaces).toEqual(expect.arrayContaining([expect.stringMatching(/\/lost$/)]));
    await expect.poll(async () => (await azure.ask('DELETE', url)).status, { timeout: 10_000 }).toBe(204);
  });

  it('a connection that breaks before anything is done', async () => {
    await plant({ how: { kind: 'cut' }, times: 'always' });
    const nic = azure.ask('DELETE', `${path.replace(/Microsoft\.Compute.*/, 'Microsoft.Network/networkInterfaces')}/ready?api-version=2025-05-01`);
    await expect(nic).rejects.toThrow(/hang up|reset/);
    lab.faults.clear();
    expect(lab.inventory().networkInterfaces).toEqual(expect.arrayContaining([expect.stringMatching(/\/ready$/)]));
  });

  it('refusals of every kind, each once', async () => {
    const url = `${path}?api-version=2024-11-01`;
    for (const [how, status, code] of [
      [{ kind: 'denied' }, 403, 'AuthorizationFailed'],
      [{ kind: 'expired' }, 401, 'ExpiredAuthenticationToken'],
      [{ kind: 'refuse', status: 503, code: 'ServerBusy' }, 503, 'ServerBusy'],
    ] as const) {
      await plant({ call: 'VirtualMachines_List', how });
      expect(await azure.ask('GET', url)).toMatchObject({ status, body: { error: { code } } });
      expect((await azure.ask('GET', url)).status).toBe(200);
    }
  });

  it('an answer that comes late, and an operation that takes long and says when to look again', async () => {
    await plant({ call: 'VirtualMachines_List', how: { kind: 'slow', ms: 300 } });
    const before = performance.now();
    await azure.ask('GET', `${path}?api-version=2024-11-01`);
    expect(performance.now() - before).toBeGreaterThan(290);
    await plant({ call: 'NetworkInterfaces_CreateOrUpdate', how: { kind: 'slowOperation', ms: 1100 } });
    const url = `${path.replace(/Microsoft\.Compute.*/, 'Microsoft.Network/networkInterfaces')}/slow?api-version=2025-05-01`;
    const body = { location: lab.location, properties: { ipConfigurations: [{ name: 'main', properties: { subnet: { id: lab.subnetId } } }] } };
    const began = await azure.ask('PUT', url, body);
    expect(began.headers).toMatchObject({ 'retry-after': '2' });
    expect(await azure.ask('DELETE', url)).toMatchObject({ status: 409, body: { error: { code: 'AnotherOperationInProgress' } } });
    expect(await azure.ended(began)).toMatchObject({ status: 'Succeeded' });
    await azure.network.networkInterfaces.delete(lab.resourceGroup, 'slow', FAST);
  });

  it('only in one zone, by the fields of the request, and for a time', async () => {
    const nic = await azure.nic('zoned');
    await plant({ zone: '2', times: 'always', how: { kind: 'quota' } });
    const put = (zone: string) => azure.compute.virtualMachines.createOrUpdate(lab.resourceGroup, 'zoned', azure.machine(nic, { zones: [zone] }), FAST);
    await expect(put('2')).rejects.toMatchObject({ code: 'OperationNotAllowed', message: expect.stringContaining('quota') });
    await put('1');
    lab.faults.clear();
    await plant({ where: { 'tags.role': 'db' }, how: { kind: 'denied' } });
    await expect(azure.compute.virtualMachines.update(lab.resourceGroup, 'zoned', { tags: { role: 'db' } }, FAST)).rejects.toMatchObject({ statusCode: 403 });
    await plant({ call: 'VirtualMachines_Get', times: 'always', forSeconds: 1.5, how: { kind: 'refuse', status: 404, code: 'Gone' } });
    await expect(azure.compute.virtualMachines.get(lab.resourceGroup, 'zoned')).rejects.toMatchObject({ code: 'Gone' });
    await expect
      .poll(() => azure.compute.virtualMachines.get(lab.resourceGroup, 'zoned').catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ name: 'zoned' });
    const told = z.array(z.object({ call: z.string(), zone: z.string().optional() })).parse(await (await fetch(`${lab.adminUrl}/calls`)).json());
    expect(told).toContainEqual({ call: 'VirtualMachines_Update', zone: '1' });
    await azure.compute.virtualMachines.delete(lab.resourceGroup, 'zoned', FAST);
  });
});

describe('a machine that its host cannot stop', () => {
  it('fails the operation, stays as it was, and may be asked again', async () => {
    let stuck = true;
    const stop = () => (stuck ? Promise.reject(new Error('it hangs')) : Promise.resolve());
    const lab = await startAzureLab({ operationMs: 30, machines: { boot: () => undefined, start: () => undefined, stop, remove: stop } });
    try {
      const { compute, ask, ended, machine, nic } = azureClients(lab);
      await compute.virtualMachines.createOrUpdate(lab.resourceGroup, 'm', machine(await nic('n')), FAST);
      const url = '{}/Microsoft.Compute/virtualMachines/m';
      expect(await ended(await ask('POST', `${url}/powerOff?api-version=2024-11-01`))).toMatchObject({
        status: 'Failed',
        error: { code: 'InternalExecutionError' },
      });
      expect(await compute.virtualMachines.instanceView(lab.resourceGroup, 'm')).toMatchObject({
        statuses: [{ level: 'Error' }, { code: 'PowerState/running' }],
      });
      expect(await ended(await ask('DELETE', `${url}?api-version=2024-11-01`))).toMatchObject({ status: 'Failed' });
      stuck = false;
      await compute.virtualMachines.delete(lab.resourceGroup, 'm', FAST);
      expect(lab.inventory().virtualMachines).toEqual([]);
    } finally {
      await lab.stop();
    }
  });
});

describe('the limits of Azure Resource Manager', () => {
  it('are told in every answer, and refuse where they are to', async () => {
    const lab = await startAzureLab({ throttles: true });
    try {
      const { ask } = azureClients(lab);
      const groups = `/subscriptions/${lab.subscription}/resourceGroups?api-version=2025-04-01`;
      expect((await ask('GET', groups)).headers).toMatchObject({ 'x-ms-ratelimit-remaining-subscription-reads': '249' });
      const absent = '{}/Microsoft.Network/networkInterfaces/none?api-version=2025-05-01';
      const statuses = (await Promise.all(Array.from({ length: 400 }, () => ask('DELETE', absent)))).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([204, 429]));
    } finally {
      await lab.stop();
    }
  });
});

describe('the Azure lab as a program', () => {
  afterEach(endAll);

  it('says in one line where it is, who may come and what stands there, and ends when it is told to', async () => {
    const program = run('lab/azure/main.ts', ['--location', 'northeurope', '--group', 'ours']);
    const line = z.looseObject({
      url: z.url(),
      adminUrl: z.url(),
      caFile: z.string(),
      principals: z.record(z.string(), z.object({ clientId: z.uuid(), secret: z.string() })),
    });
    expect(line.parse(await firstLine(program))).toMatchObject({ location: 'northeurope', resourceGroup: 'ours', zones: ['1', '2', '3'] });
    await program.end('SIGTERM');
    expect(program.child.exitCode).toBe(0);
    const wrong = run('lab/azure/main.ts', ['--port', 'x']);
    await expect(firstLine(wrong)).rejects.toThrow(/--port/);
  });
});
