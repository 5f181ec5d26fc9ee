import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { How } from '../../lab/faults.ts';
import type { MachineHost } from '../../lab/machines/host.ts';
import type { AzureVmConfig } from '../../providers/azure-vm/config.ts';
import { collected } from '../../providers/azure-vm/machines.ts';
import { machineName } from '../../providers/azure-vm/names.ts';
import { RESTORE_ORDERS } from '../../providers/azure-vm/restore.ts';
import { hashOf } from '../../providers/marks.ts';
import { Provider } from '../../providers/provider.ts';
import type { Observation, PowerTarget, ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { userData } from '../../providers/userData.ts';
import { hex16 } from '../conformance/bench.ts';
import { rejection } from '../conformance/expect.ts';
import { asked, azureDriver, azureSpec } from './azureVmHarness.ts';
import { type AzureLab, foreignMachine, openAzureLab } from './azureVmLab.ts';

/** Machines that only remember what was asked of them. */
const booted: Buffer[] = [];
const stops: string[] = [];
const machines: MachineHost = {
  boot: (machine) => void booted.push(Buffer.from(machine.userData ?? '')),
  stop: async (_, how) => void stops.push(how),
  start() {},
  async remove() {},
};

let lab: AzureLab;
const installation = `peculiar-${hex16()}`;
const signal = AbortSignal.timeout(600_000);
const id = (role = `orders/${hex16()}`): ResourceId => ({ owner: { installation, run: hex16(), expires: 'never' }, role, generation: 1 });
const provider = (change: Partial<AzureVmConfig> = {}): Provider => new Provider(azureDriver(lab, change));
const ensure = (as: ResourceId, change: Partial<WorkloadSpec> = {}, config: Partial<AzureVmConfig> = {}) => {
  const spec = azureSpec(lab, change);
  return provider(config).ensure('workload', as, spec, spec, signal);
};
const until = async <T>(answer: () => Promise<T | undefined>): Promise<T> => {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(30)) {
    const found = await answer();
    if (found !== undefined) return found;
  }
  throw new Error('waited 10 s in vain');
};
const settled = (as: ResourceId, config: Partial<AzureVmConfig> = {}): Promise<Observation<'workload'>> =>
  until(async () => {
    const seen = await provider(config).observe('workload', as, signal);
    return seen?.phase === 'ready' || seen?.phase === 'failed' ? seen : undefined;
  });
const gone = (as: ResourceId): Promise<true> => until(async () => ((await provider().observe('workload', as, signal)) ? undefined : true));
const power = async (as: ResourceId, to: PowerTarget): Promise<void> => {
  const { version } = await provider().readPower({ id: as }, signal);
  await provider().writePower({ id: as }, to, version, signal);
  await until(async () => ((await provider().readPower({ id: as }, signal)).power === 'changing' ? undefined : true));
};
/** All that is named after it, of every kind. */
const left = (as: ResourceId): string[] =>
  Object.values(lab.inventory())
    .flat()
    .filter((each) => each.includes(hashOf(as)));
const standing = async (as: ResourceId) => {
  const all = await collected(lab.compute.virtualMachines.list(lab.resourceGroup));
  return all.filter(({ tags }) => tags?.['muster-id'] === hashOf(as));
};
const called = (name: string): number => lab.calls.filter(({ call }) => call === name).length;

beforeAll(async () => {
  lab = await openAzureLab({ machines });
  await provider().inspect(signal);
});
afterEach(() => lab.faults.clear());
afterAll(() => lab.stop());

describe('a machine with what belongs to it', () => {
  it('is made by one request, marked as a whole, and leaves nothing', async () => {
    const wanted = id();
    lab.calls.length = 0;
    await ensure(wanted, { replicas: 3 }, { publicAddress: true, address: 'public' });
    expect(lab.calls.filter(({ call }) => /CreateOrUpdate|Update/.test(call)).map(({ call }) => call)).toEqual(
      Array.from({ length: 3 }, () => 'VirtualMachines_CreateOrUpdate'),
    );
    expect(await settled(wanted, { publicAddress: true, address: 'public' })).toMatchObject({ phase: 'ready', status: { endpoints: { http: { length: 3 } } } });
    expect((await standing(wanted)).map(({ zones }) => zones)).toEqual([['1'], ['2'], ['3']]);
    const { virtualMachines, networkInterfaces, disks, publicIPAddresses } = lab.inventory();
    for (const kind of [virtualMachines, networkInterfaces, disks, publicIPAddresses])
      expect(kind.filter((each) => each.includes(hashOf(wanted)))).toHaveLength(3);
    await provider().remove('workload', wanted, signal);
    await gone(wanted);
    expect(left(wanted)).toEqual([]);
  });

  it('has a disk as large as image and data, the smallest size that fits, and its script byte for byte', async () => {
    const wanted = id();
    booted.length = 0;
    await ensure(wanted, { replicas: 1, env: { QUOTE: `it's "√"\n` } });
    await settled(wanted);
    const [made] = await standing(wanted);
    expect(made?.storageProfile?.osDisk?.diskSizeGB).toBe(31);
    expect(made?.hardwareProfile?.vmSize).toBe('Standard_B1ls');
    const spec = azureSpec(lab, { replicas: 1, env: { QUOTE: `it's "√"\n` } });
    expect(booted.map(String)).toEqual([userData(spec, { site: 'azure', restoreOrders: RESTORE_ORDERS })]);
    expect(JSON.stringify(made)).not.toContain('customData');
    await provider().remove('workload', wanted, signal);
  });

  it('has the size that the site or the spec names, and Capacity where none fits', async () => {
    const sizes: [Partial<WorkloadSpec>, Partial<AzureVmConfig>, string][] = [
      [{ size: { cpu: 4, memoryBytes: 2 ** 34, arch: [] } }, { families: ['standardDSv5Family'] }, 'Standard_D4s_v5'],
      [{}, { sizes: { 'conformance/one': 'Standard_B2s' } }, 'Standard_B2s'],
      [{ size: { cpu: 1, memoryBytes: 1, arch: [], native: 'Standard_B1ms' } }, { sizes: { 'conformance/one': 'Standard_B2s' } }, 'Standard_B1ms'],
    ];
    for (const [change, config, size] of sizes) {
      const wanted = id();
      await ensure(wanted, { replicas: 1, ...change }, config);
      expect((await standing(wanted)).map(({ hardwareProfile }) => hardwareProfile?.vmSize)).toEqual([size]);
    }
    expect(await rejection(ensure(id(), { size: { cpu: 1, memoryBytes: 1, arch: ['arm64'] } }))).toMatchObject({ code: 'Capacity' });
    // Closed in zone 3, and so of no use to replicas that are spread over it.
    expect(await rejection(ensure(id(), {}, { families: ['standardESv5Family'] }))).toMatchObject({ code: 'Capacity' });
  });

  it('does not cost more calls to look at when there are more of it', async () => {
    const wide = await openAzureLab({ pageSize: 200 });
    try {
      const here = (replicas: number): [Provider, WorkloadSpec] => [new Provider(azureDriver(wide)), azureSpec(wide, { replicas })];
      const costs = await Promise.all(
        [1, 40].map(async (replicas) => {
          const [one, spec] = here(replicas);
          const wanted = id();
          await one.ensure('workload', wanted, spec, spec, signal);
          return { one, wanted };
        }),
      );
      for (const { one, wanted } of costs) {
        wide.calls.length = 0;
        await one.observe('workload', wanted, signal);
        expect(wide.calls.map(({ call }) => call).toSorted()).toEqual(['NetworkInterfaces_List', 'VirtualMachines_List', 'VirtualMachines_ListAll']);
      }
    } finally {
      await wide.stop();
      process.env.AZURE_AUTHORITY_HOST = lab.url;
    }
  });
});

describe('want of room', () => {
  const inZone = (as: ResourceId, zone: string, how: How): void => lab.faults.plant({ ...asked(as), zone, times: 'always', how });

  it('that Azure tells at once is passed over for the next zone', async () => {
    const wanted = id();
    inZone(wanted, '1', { kind: 'refuse', status: 409, code: 'SkuNotAvailable' });
    await ensure(wanted, { replicas: 3 });
    expect((await standing(wanted)).map(({ zones }) => zones?.join()).toSorted()).toEqual(['2', '2', '3']);
    expect(await settled(wanted)).toMatchObject({ phase: 'ready' });
  });

  it('that Azure finds out late is passed over when asked again, and what failed goes', async () => {
    const wanted = id();
    inZone(wanted, '1', { kind: 'capacity' });
    await ensure(wanted, { replicas: 2 });
    expect(await settled(wanted)).toMatchObject({ phase: 'failed', code: 'Capacity', detail: expect.stringContaining('in zone 1: ZonalAllocationFailed') });
    expect(await ensure(wanted, { replicas: 2 })).toMatchObject({ phase: 'pending' });
    expect(await settled(wanted)).toMatchObject({ phase: 'ready' });
    await until(async () => ((await standing(wanted)).length === 2 ? true : undefined));
    expect((await standing(wanted)).map(({ zones }) => zones)).toEqual([['2'], ['2']]);
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({
      notes: ['Standard_B1ls in zone 2: there was no room in 1 of 3 zones that were tried before'],
    });
    await provider().remove('workload', wanted, signal);
    await gone(wanted);
    expect(left(wanted)).toEqual([]);
  });

  it('in every zone ends as Capacity, and everything can be removed', async () => {
    const wanted = id();
    for (const zone of lab.zones) inZone(wanted, zone, { kind: 'capacity' });
    const phases = [];
    const tries = [...lab.zones, ...lab.zones];
    for (const _ of tries) {
      phases.push((await ensure(wanted, { replicas: 1 })).phase);
      expect(await settled(wanted)).toMatchObject({ phase: 'failed', code: 'Capacity' });
    }
    expect([...phases, (await ensure(wanted, { replicas: 1 })).phase]).toEqual([...tries.map(() => 'pending'), 'failed']);
    await provider().remove('workload', wanted, signal);
    await gone(wanted);
    expect(left(wanted)).toEqual([]);
  });

  it('for the nearest size in every zone makes it the next size, and says so', async () => {
    const wanted = id();
    const { call, where } = asked(wanted);
    lab.faults.plant({
      call,
      where: { ...where, 'properties.hardwareProfile.vmSize': 'Standard_B1ls' },
      times: 'always',
      how: { kind: 'refuse', status: 409, code: 'SkuNotAvailable' },
    });
    for (const _ of [1, 2]) await ensure(wanted, { replicas: 1 });
    expect(await settled(wanted)).toMatchObject({
      phase: 'ready',
      notes: [expect.stringMatching(/^Standard_\w+ in zone 1: there was no room for the nearest size in any of 3 zones$/)],
    });
    expect(await standing(wanted)).toHaveLength(1);
  });

  it('is not what a quota is, which is named and not tried in another zone', async () => {
    const wanted = id();
    lab.calls.length = 0;
    lab.faults.plant({ ...asked(wanted), times: 'always', how: { kind: 'quota' } });
    const error = await rejection(ensure(wanted, { replicas: 1 }));
    expect(error).toMatchObject({ code: 'Quota', advice: 'elsewhere', message: expect.stringContaining('approved Total Regional Cores quota') });
    expect(called('VirtualMachines_CreateOrUpdate')).toBe(1);
  });

  it('never costs a machine that ran: one that cannot be started again is left as it is', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    await settled(wanted);
    const [name = ''] = (await standing(wanted)).map((each) => each.name);
    await lab.compute.virtualMachines.deallocate(lab.resourceGroup, name, { updateIntervalInMs: 20 });
    lab.faults.plant({ call: 'VirtualMachines_Start', where: { vmName: name }, how: { kind: 'capacity' } });
    await power(wanted, 'running');
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({ phase: 'failed', code: 'Capacity' });
    expect(await ensure(wanted, { replicas: 1 })).toMatchObject({ phase: 'failed', nativeId: name });
    expect((await standing(wanted)).map((each) => each.name)).toEqual([name]);
  });

  it('hands on how long Azure wants to be left alone', async () => {
    const wanted = id();
    lab.faults.plant({ ...asked(wanted), how: { kind: 'throttle', retryAfterSeconds: 1 } });
    expect(await rejection(ensure(wanted, { replicas: 1 }))).toMatchObject({ code: 'Throttled', retryAfterMs: 1000 });
  });
});

describe('what is not whole', () => {
  it('is completed when only a part of it was started', async () => {
    const wanted = id();
    lab.faults.plant({ ...asked(wanted), zone: '2', how: { kind: 'refuse', status: 503, code: 'ServiceUnavailable' } });
    expect(await rejection(ensure(wanted, { replicas: 3 }))).toMatchObject({ code: 'Unavailable' });
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({ phase: 'pending', detail: '2 of 3 machines are seen' });
    await ensure(wanted, { replicas: 3 });
    expect(await settled(wanted)).toMatchObject({ phase: 'ready' });
    expect(await standing(wanted)).toHaveLength(3);
  });

  it('is refused for removal when it carries only a part of our mark', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    const alike = `alike-${hex16()}`;
    await lab.compute.virtualMachines.createOrUpdate(lab.resourceGroup, alike, foreignMachine(lab, { tags: { 'muster-id': hashOf(wanted) } }));
    expect(await rejection(provider().remove('workload', wanted, signal))).toMatchObject({ code: 'Denied', message: expect.stringContaining(alike) });
    expect(left(wanted)).not.toEqual([]);
    await lab.compute.virtualMachines.delete(lab.resourceGroup, alike, { updateIntervalInMs: 20 });
  });

  it('is found, listed and removed where Azure left parts of a machine behind', async () => {
    const wanted = id();
    const name = machineName(wanted, { replica: 0, attempt: 0 });
    await ensure(wanted, { replicas: 1 }, { publicAddress: true });
    await settled(wanted);
    // Somebody sets the parts to stay, and removes the machine.
    const [made] = await standing(wanted);
    const networkInterfaces = (made?.networkProfile?.networkInterfaces ?? []).map(({ id: nic = '' }) => ({ id: nic, primary: true, deleteOption: 'Detach' }));
    await lab.compute.virtualMachines.update(
      lab.resourceGroup,
      name,
      { networkProfile: { networkInterfaces }, storageProfile: { osDisk: { createOption: 'FromImage', deleteOption: 'Detach' } } },
      { updateIntervalInMs: 20 },
    );
    await lab.compute.virtualMachines.delete(lab.resourceGroup, name, { updateIntervalInMs: 20 });
    expect(left(wanted)).toHaveLength(3);
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({ phase: 'removing', detail: expect.stringContaining('left of it') });
    expect(await provider().list({ installation, run: wanted.owner.run }, signal)).toMatchObject([{ kind: 'workload', id: wanted }]);
    await until(async () => {
      await provider().remove('workload', wanted, signal);
      return (await provider().observe('workload', wanted, signal)) ? undefined : true;
    });
    expect(left(wanted)).toEqual([]);
  });
});

describe('a reply that is lost', () => {
  it('of any request that changes something is found again, and nothing is done twice', async () => {
    const wanted = id();
    const lose = (call: string): void => lab.faults.plant({ call, how: { kind: 'lostReply' } });
    const again = async (call: string, act: () => Promise<unknown>): Promise<void> => {
      lose(call);
      expect(await rejection(act())).toMatchObject({ advice: 'retry' });
      await until(() =>
        act().then(
          () => true as const,
          // What goes on still is left alone until it is done.
          (error: { advice?: string }) => (error.advice === 'retry' ? undefined : Promise.reject(error)),
        ),
      );
    };
    await again('VirtualMachines_CreateOrUpdate', () => ensure(wanted, { replicas: 1 }));
    await settled(wanted);
    for (const [call, to] of [
      ['NetworkInterfaces_CreateOrUpdate', 'isolated'],
      ['NetworkInterfaces_CreateOrUpdate', 'running'],
      ['VirtualMachines_PowerOff', 'stopped'],
    ] as const) {
      await again(call, () => power(wanted, to));
      expect(await provider().readPower({ id: wanted }, signal)).toMatchObject({ power: to });
    }
    const restore = { orders: { url: 'https://store.invalid/orders?signature=s', sha256: 'a'.repeat(64) } };
    lab.calls.length = 0;
    lose('VirtualMachines_Start');
    await again('VirtualMachines_Update', async () => {
      const { version } = await provider().readPower({ id: wanted }, signal);
      await provider().writePower({ id: wanted }, 'running', version, signal, restore);
    });
    expect([called('VirtualMachines_Update'), called('VirtualMachines_Start')]).toEqual([1, 1]);
    await until(async () => ((await provider().readPower({ id: wanted }, signal)).power === 'running' ? true : undefined));
    await again('VirtualMachines_Delete', () => provider().remove('workload', wanted, signal));
    await gone(wanted);
    expect(left(wanted)).toEqual([]);
  });
});

describe('power', () => {
  it('is cut without asking the system, and stopped by asking it', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    await settled(wanted);
    stops.length = 0;
    lab.calls.length = 0;
    await power(wanted, 'stopped');
    await power(wanted, 'running');
    await power(wanted, 'cut');
    expect(stops).toEqual(['polite', 'power']);
    expect(called('VirtualMachines_Deallocate')).toBe(0);
  });

  it('gives back the security group that an interface had, and takes no tag with it', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 }, { securityGroup: undefined });
    await settled(wanted);
    const before = (await provider().readPower({ id: wanted }, signal)).endpoints;
    await power(wanted, 'isolated');
    expect(await provider().readPower({ id: wanted }, signal)).toMatchObject({ power: 'isolated' });
    expect(lab.calls.findLast(({ call }) => call === 'NetworkInterfaces_CreateOrUpdate')?.fields).toMatchObject({ 'tags.muster-group': 'none' });
    await power(wanted, 'running');
    const put = lab.calls.findLast(({ call }) => call === 'NetworkInterfaces_CreateOrUpdate')?.fields ?? {};
    expect(Object.keys(put).filter((key) => /networkSecurityGroup|muster-group/.test(key))).toEqual([]);
    expect(await provider().readPower({ id: wanted }, signal)).toMatchObject({ power: 'running', endpoints: before });
  });

  it("finds an operator's own machine by name or tag, and refuses what selects nothing", async () => {
    const name = `db-${hex16()}`;
    await lab.compute.virtualMachines.createOrUpdate(lab.resourceGroup, name, foreignMachine(lab, { tags: { Role: name } }), { updateIntervalInMs: 20 });
    for (const selector of [`name:${name.toUpperCase()}`, `tag:role=${name}`])
      expect(await provider().readPower({ selector }, signal)).toMatchObject({ power: 'running', endpoints: {} });
    expect(await rejection(provider().readPower({ selector: name }, signal))).toMatchObject({ code: 'Invalid' });
  });
});
