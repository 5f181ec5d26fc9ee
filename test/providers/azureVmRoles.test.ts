import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AzureVmConfig } from '../../providers/azure-vm/config.ts';
import { machineName } from '../../providers/azure-vm/names.ts';
import { classify } from '../../providers/azure-vm/errors.ts';
import { ProviderError } from '../../providers/errors.ts';
import { Provider } from '../../providers/provider.ts';
import type { ResourceId } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { rejection } from '../conformance/expect.ts';
import { azureDriver, azureSpec } from './azureVmHarness.ts';
import { type AzureLab, openAzureLab } from './azureVmLab.ts';

const role = z.object({ Actions: z.array(z.string()) });
const [READ = [], WRITE = []] = [...readFileSync(new URL('../../docs/providers/azure-vm.md', import.meta.url), 'utf8').matchAll(/```json\n(.*?)```/gs)].map(
  ([, json = '']) => role.parse(JSON.parse(json)).Actions,
);

/** Of what is made along with a machine: the lab asks for the rights on the machine alone. */
const BEYOND_THE_LAB = ['Microsoft.Compute/disks/write', 'Microsoft.Network/publicIPAddresses/write', 'Microsoft.Network/networkInterfaces/join/action'];

/** Without these, a preflight does not count quotas and addresses; nothing else depends on them. */
const TO_COUNT = ['Microsoft.Compute/locations/usages/read', 'Microsoft.Network/virtualNetworks/subnets/read'];

/** Everything that the adapter ever does. */
async function everything(lab: AzureLab): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  const config: Partial<AzureVmConfig> = {
    publicAddress: true,
    identity: `/subscriptions/${lab.subscription}/resourceGroups/${lab.resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app`,
  };
  const provider = new Provider(azureDriver(lab, config));
  const id: ResourceId = { owner: { installation: 'roles', run: hex16(), expires: 'never' }, role: 'orders/db', generation: 1 };
  const spec = azureSpec(lab, { replicas: 2 });
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await sleep(20, undefined, { signal });
  };
  const rest = (): Promise<void> => until(async () => (await provider.readPower({ id }, signal)).power !== 'changing');
  await provider.inspect(signal);
  await provider.permitted(signal);
  await provider.ensure('workload', id, spec, spec, signal);
  await until(async () => (await provider.observe('workload', id, signal))?.phase === 'ready');
  for (const to of ['isolated', 'running', 'cut', 'running'] as const) {
    const { version } = await provider.readPower({ id }, signal);
    const restore = { orders: { url: 'https://store.invalid/orders', sha256: 'a'.repeat(64) } };
    await provider.writePower({ id }, to, version, signal, to === 'running' ? restore : undefined);
    await rest();
  }
  await leaveParts(lab, machineName(id, { replica: 0, attempt: 0 }), rest);
  await provider.list({ installation: 'roles' }, signal);
  await until(async () => {
    await provider.remove('workload', id, signal);
    return (await provider.observe('workload', id, signal)) === undefined;
  });
  expect(Object.values(lab.inventory()).flat()).toEqual([]);
}

/** Somebody sets what belongs to a machine to stay, and removes the machine. */
async function leaveParts({ compute, resourceGroup, inventory }: AzureLab, name: string, rest: () => Promise<void>): Promise<void> {
  const nics = inventory().networkInterfaces.filter((each) => each.includes(name));
  const networkProfile = { networkInterfaces: nics.map((id) => ({ id, primary: true, deleteOption: 'Detach' })) };
  const storageProfile = { osDisk: { createOption: 'FromImage', deleteOption: 'Detach' } };
  await compute.virtualMachines.update(resourceGroup, name, { networkProfile, storageProfile }).submitted();
  await rest();
  await compute.virtualMachines.delete(resourceGroup, name).submitted();
}

describe('the roles in the documentation', { timeout: 60_000 }, () => {
  it('allow each of both credentials what it really does, and no more', async () => {
    const lab = await openAzureLab({ operationMs: 20, pageSize: 200, roles: { read: READ, write: WRITE } });
    try {
      await everything(lab);
      const allowed = [...READ, ...WRITE].filter((action) => !BEYOND_THE_LAB.includes(action));
      expect(lab.usedActions().toSorted()).toEqual([...new Set(allowed)].toSorted());
      expect(READ.filter((action) => !action.endsWith('/read'))).toEqual([]);
      expect(WRITE.filter((action) => action.endsWith('/read'))).toEqual(['Microsoft.Compute/images/read']);
    } finally {
      await lab.stop();
    }
  });

  it('are enough without the right to count: then nothing is said of quotas and addresses', async () => {
    const lab = await openAzureLab({ roles: { read: READ.filter((action) => !TO_COUNT.includes(action)), write: WRITE } });
    try {
      const facts = await new Provider(azureDriver(lab)).inspect(AbortSignal.timeout(20_000));
      expect(facts).toMatchObject({ vendor: 'azure', images: { orders: { boot: ['uefi'] } } });
      expect(facts).not.toHaveProperty('quotas');
      expect(facts).not.toHaveProperty('networks');
    } finally {
      await lab.stop();
    }
  });

  it.each([...READ.filter((action) => !TO_COUNT.includes(action)), ...WRITE.filter((action) => !BEYOND_THE_LAB.includes(action) && !READ.includes(action))])(
    'are needed as they are: %s',
    async (action) => {
      const less = (actions: readonly string[]): string[] => actions.filter((each) => each !== action);
      const lab = await openAzureLab({ operationMs: 20, pageSize: 200, roles: { read: less(READ), write: less(WRITE) } });
      try {
        // The adapter's own errors are named; those of the person beside it are Azure's.
        const error = await rejection(everything(lab));
        expect(error instanceof ProviderError ? error.code : classify(error).code).toBe('Denied');
      } finally {
        await lab.stop();
      }
    },
  );

  it('are not enough for a reader to write, and credentials that ended are told as Denied before anything is made', async () => {
    const lab = await openAzureLab();
    try {
      const swapped = new Provider(azureDriver(lab, { credentials: { read: 'env:READ', write: 'env:READ' } }));
      const ended = new Provider(azureDriver(lab, { credentials: { read: 'env:ENDED', write: 'env:ENDED' } }));
      const id: ResourceId = { owner: { installation: 'roles', run: hex16(), expires: 'never' }, role: 'orders/db', generation: 1 };
      const spec = azureSpec(lab);
      const signal = AbortSignal.timeout(20_000);
      expect(await rejection(swapped.ensure('workload', id, spec, spec, signal))).toMatchObject({ code: 'Denied' });
      const error = await rejection(ended.inspect(signal));
      expect(error).toMatchObject({ code: 'Denied', advice: 'stop' });
      expect(String(error)).not.toContain(lab.principals.expired.secret);
      expect(Object.values(lab.inventory()).flat()).toEqual([]);
    } finally {
      await lab.stop();
    }
  });
});
