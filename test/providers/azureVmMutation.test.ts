import type { VirtualMachine } from '@azure/arm-compute';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineHost } from '../../lab/machines/host.ts';
import { accountOf } from '../../providers/azure-vm/account.ts';
import { azureVmCapabilities } from '../../providers/azure-vm/capabilities.ts';
import { type Azure, azure } from '../../providers/azure-vm/client.ts';
import type { AzureVmConfig } from '../../providers/azure-vm/config.ts';
import { classify } from '../../providers/azure-vm/errors.ts';
import { collected } from '../../providers/azure-vm/machines.ts';
import { azurePower } from '../../providers/azure-vm/power.ts';
import type { Site } from '../../providers/azure-vm/site.ts';
import { azureWorkload } from '../../providers/azure-vm/workload.ts';
import type { Driver } from '../../providers/driver.ts';
import { hashOf } from '../../providers/marks.ts';
import { Provider } from '../../providers/provider.ts';
import type { PowerState, ResourceId } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { azureConfig, azureSpec } from './azureVmHarness.ts';
import { type AzureLab, openAzureLab } from './azureVmLab.ts';

/** By private address: how each was booted and stopped. */
const booted = new Map<string, string>();
const stopped = new Map<string, string[]>();
const addressOf = new Map<string, string>();
const machines: MachineHost = {
  boot(machine) {
    addressOf.set(machine.id, machine.address);
    booted.set(machine.address, String(Buffer.from(machine.userData ?? '')));
    stopped.set(machine.address, []);
  },
  stop: async (id, how) => void stopped.get(addressOf.get(id) ?? '')?.push(how),
  start() {},
  async remove() {},
};

let lab: AzureLab;
let config: AzureVmConfig;
let real: Azure;
const installation = `mutation-${hex16()}`;
const RESTORE = { orders: { url: 'https://store.invalid/orders?signature=s', sha256: 'a'.repeat(64) } };

beforeAll(async () => {
  lab = await openAzureLab({ machines, operationMs: 30, pageSize: 500 });
  config = azureConfig(lab, { publicAddress: true, zones: ['2'] });
  const { read, write } = accountOf(config);
  real = azure(config, {
    read,
    write,
    credentials: async (which) => ({ kind: 'secret', tenant: lab.tenant, clientId: lab.principals[which].clientId, secret: lab.principals[which].secret }),
  });
});
afterAll(() => lab.stop());

/** The adapter as it is, but for what passes through these calls. */
function driverWith(change: Partial<Azure>): Driver {
  const site: Site = { name: 'azure', config, azure: { ...real, ...change }, catalogue: accountOf(config).catalogue };
  return {
    name: 'azure',
    capabilities: azureVmCapabilities(config),
    owned: { workload: azureWorkload(site) },
    power: azurePower(site),
    classify,
    async close() {},
  };
}

/** A life of one machine, every effect of it looked at: throws, or fails an expectation, when anything is not as it should be. */
async function life(change: Partial<Azure>): Promise<void> {
  const signal = AbortSignal.timeout(8000);
  const provider = new Provider(driverWith(change));
  const id: ResourceId = { owner: { installation, run: hex16(), expires: '2099-01-01T00:00:00.000Z' }, role: `orders/${hex16()}`, generation: 4 };
  const spec = azureSpec(lab, { replicas: 1 });
  const left = (): string[] =>
    Object.values(lab.inventory())
      .flat()
      .filter((each) => each.includes(hashOf(id)));
  const until = async <T>(answer: () => Promise<T | undefined>): Promise<T> => {
    for (; ; await sleep(20, undefined, { signal })) {
      const found = await answer();
      if (found !== undefined) return found;
    }
  };
  const rest = (): Promise<PowerState> =>
    until(async () => {
      const state = await provider.readPower({ id }, signal);
      return state.power === 'changing' ? undefined : state;
    });
  try {
    await provider.ensure('workload', id, spec, spec, signal);
    const ready = await until(async () => {
      const seen = await provider.observe('workload', id, signal);
      return seen?.phase === 'pending' ? undefined : seen;
    });
    expect(ready).toMatchObject({ phase: 'ready', id, status: { endpoints: { http: [{ port: 7001 }], metrics: [{ port: 9000 }] } } });
    const host = ready.phase === 'ready' && 'endpoints' in ready.status ? (ready.status.endpoints.http?.[0]?.host ?? '') : '';
    expect(await provider.list({ installation, run: id.owner.run }, signal)).toMatchObject([{ id, nativeId: ready.nativeId }]);
    expect(await provider.ensure('workload', id, spec, spec, signal)).toMatchObject({ nativeId: ready.nativeId });
    await expect(provider.ensure('workload', id, spec, { other: true }, signal)).rejects.toMatchObject({ code: 'Conflict' });
    expect(left()).toHaveLength(4);
    const machine = await real.machine(ready.nativeId, signal);
    expect(machine).toMatchObject(expectedMachine);
    expect(machine.storageProfile?.imageReference?.id).toBe(lab.image);
    expect(booted.get(host)).toContain('# Boots one component of a workload. Made by Muster.');
    const belongings = async () => {
      const own = [...(await collected(real.nics(signal))), ...(await collected(real.addresses(signal)))].filter(({ name = '' }) => name.includes(hashOf(id)));
      return own.map((each) => ({
        tags: each.tags,
        group: 'networkSecurityGroup' in each ? each.networkSecurityGroup?.id : undefined,
        used: ('virtualMachine' in each && each.virtualMachine !== undefined) || ('ipConfiguration' in each && each.ipConfiguration !== undefined),
      }));
    };
    const whole = [
      { tags: machine.tags, group: lab.openNsgId, used: true },
      { tags: machine.tags, group: undefined, used: true },
    ];
    expect(await belongings()).toEqual(whole);

    const running = await rest();
    await provider.writePower({ id }, 'isolated', running.version, signal);
    const isolated = await rest();
    expect(isolated.power).toBe('isolated');
    await provider.writePower({ id }, 'running', isolated.version, signal);
    const again = await rest();
    expect(again).toMatchObject({ power: 'running', endpoints: running.endpoints });
    expect(await belongings()).toEqual(whole);
    await provider.writePower({ id }, 'stopped', again.version, signal);
    const off = await rest();
    await provider.writePower({ id }, 'running', off.version, signal, RESTORE);
    const restored = await rest();
    expect(restored.power).toBe('running');
    const { userData = '' } = await real.machine(ready.nativeId, signal);
    expect(String(Buffer.from(userData, 'base64'))).toContain(`orders ${RESTORE.orders.sha256} ${RESTORE.orders.url}`);
    await provider.writePower({ id }, 'cut', restored.version, signal);
    await rest();
    expect(stopped.get(host)).toEqual(['polite', 'power']);

    await provider.remove('workload', id, signal);
    await until(async () => ((await provider.observe('workload', id, signal)) ? undefined : true));
    expect(left()).toEqual([]);
  } finally {
    const clean = new Provider(driverWith({}));
    await clean.remove('workload', id, AbortSignal.timeout(5000)).catch(() => undefined);
  }
}

const expectedMachine = {
  location: 'westeurope',
  zones: ['2'],
  hardwareProfile: { vmSize: 'Standard_B1ls' },
  storageProfile: { osDisk: { name: expect.stringMatching(/^mu-[0-9a-f]{32}-0-os$/), diskSizeGB: 31, deleteOption: 'Delete' } },
  osProfile: {
    computerName: expect.stringMatching(/^mu-/),
    adminUsername: 'muster',
    linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [{ path: '/home/muster/.ssh/authorized_keys' }] } },
  },
  userData: expect.any(String),
};

type Path = readonly (string | number)[];

/** Every place of a document, inner ones too. */
function placesOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [path, ...placesOf(inner, path)];
  });
}

function without<T>(document: T, [first, ...rest]: Path): T {
  // Tags are one object in several places of a request.
  const copy: T = JSON.parse(JSON.stringify(document));
  let inner: unknown = copy;
  const path = first === undefined ? [] : [first, ...rest];
  for (const key of path.slice(0, -1)) inner = Reflect.get(Object(inner), key);
  const last = path.at(-1);
  if (Array.isArray(inner) && typeof last === 'number') inner.splice(last, 1);
  else if (last !== undefined) Reflect.deleteProperty(Object(inner), last);
  return copy;
}

/** What Azure takes for given where it is left out, and what only people read. All else must be missed. */
const SAID_ANYWAY = new Set([
  'networkProfile.networkInterfaceConfigurations.0.primary',
  'networkProfile.networkInterfaceConfigurations.0.ipConfigurations.0.primary',
  'networkProfile.networkInterfaceConfigurations.0.ipConfigurations.0.publicIPAddressConfiguration.sku.tier',
]);

/** Of a change of an interface: it is written as it was read, and most of that only Azure writes. */
const OF_NIC: readonly Path[] = [
  ['location'],
  ['tags'],
  ['tags', 'muster-group'],
  ['networkSecurityGroup'],
  ['networkSecurityGroup', 'id'],
  ['ipConfigurations'],
  ['ipConfigurations', 0, 'name'],
  ['ipConfigurations', 0, 'subnet'],
  ['ipConfigurations', 0, 'subnet', 'id'],
  ['ipConfigurations', 0, 'publicIPAddress'],
];

/** Names of those with which a whole life went by as if nothing were wrong. */
async function unnoticed(changes: Readonly<Record<string, Partial<Azure>>>): Promise<string[]> {
  const names: string[] = [];
  const all = Object.entries(changes);
  for (let from = 0; from < all.length; from += 8) {
    const lives = all.slice(from, from + 8).map(async ([name, change]) => {
      const lived = await life(change).then(
        () => true,
        () => false,
      );
      if (lived) names.push(name);
    });
    await Promise.all(lives);
  }
  return names;
}

const dropped = (paths: readonly Path[], change: (path: Path) => Partial<Azure>) => Object.fromEntries(paths.map((path) => [path.join('.'), change(path)]));

describe('what an adapter sends', { timeout: 120_000 }, () => {
  it('is missed when a machine is asked for without it, whichever field it is', async () => {
    const sent: VirtualMachine[] = [];
    const heard: Partial<Azure> = {
      async makeMachine(name, machine, signal) {
        sent.push(machine);
        await real.makeMachine(name, machine, signal);
      },
    };
    // As many at once as below: nothing may be missed only for want of time.
    await Promise.all(Array.from({ length: 8 }, () => life(heard)));
    const paths = placesOf(sent[0]).filter((path) => !SAID_ANYWAY.has(path.join('.')));
    expect(paths.length).toBeGreaterThan(50);
    expect(await unnoticed(dropped(paths, (path) => ({ makeMachine: (name, whole, signal) => real.makeMachine(name, without(whole, path), signal) })))).toEqual(
      [],
    );
  });

  it('is missed when an interface is changed without it', async () => {
    expect(await unnoticed(dropped(OF_NIC, (path) => ({ changeNic: (name, whole, signal) => real.changeNic(name, without(whole, path), signal) })))).toEqual(
      [],
    );
  });

  it('is missed when it is not sent, or something else is', async () => {
    const none = async function* () {};
    const bugs: Readonly<Record<string, Partial<Azure>>> = {
      'stops without asking the system': { stopMachine: (name, _, signal) => real.stopMachine(name, true, signal) },
      'asks the system when it should cut': { stopMachine: (name, _, signal) => real.stopMachine(name, false, signal) },
      'never stops': { stopMachine: async () => {} },
      'never starts again': { startMachine: async () => {} },
      'never removes': { removeMachine: async () => {} },
      'stops instead of removing': { removeMachine: (name, signal) => real.stopMachine(name, true, signal) },
      'writes no restore orders': { changeMachine: async () => {} },
      'never fences': { changeNic: async () => {} },
      'sees no machines': { machines: none },
      'sees no power': { statuses: none },
      'sees no interfaces': { nics: none },
      'gives every machine one name': { makeMachine: (_, machine, signal) => real.makeMachine('mu-same', machine, signal) },
      'sees no tags': {
        async *machines(signal) {
          for await (const { tags: _, ...each } of real.machines(signal)) yield each;
        },
      },
    };
    expect(await unnoticed(bugs)).toEqual([]);
  });
});
