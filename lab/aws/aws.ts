import { startAdmin } from '../admin.ts';
import type { MachineHost } from '../machines/host.ts';
import { holdRange } from '../heldRange.ts';
import { type LabAccount, makeAccount, NETWORK_THIRDS } from './account.ts';
import { inventoryOf } from './inventory.ts';
import { type RunningLayer, startLayer } from './layer.ts';
import { startMoto } from './moto.ts';

export interface RunningAws extends RunningLayer {
  /** Faults, calls and inventory (`lab/admin.ts`). */
  readonly admin: string;
  readonly account: LabAccount;
}

/** An emulated AWS account on loopback. The first on a machine fetches moto. Machines are the caller's to end. */
export async function startAws(options: { readonly machines?: MachineHost } = {}): Promise<RunningAws> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const range = await holdRange(77, NETWORK_THIRDS);
    ends.push(() => range.release());
    const moto = await startMoto();
    ends.push(() => moto.stop());
    const layer = await startLayer(moto.url, options);
    ends.push(() => layer.stop());
    const account = await makeAccount(layer.url, range.third);
    const admin = await startAdmin({ ...layer, inventory: () => inventoryOf(layer.url, account.region) });
    ends.push(() => admin.stop());
    layer.calls.length = 0;
    return { ...layer, account, admin: admin.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
