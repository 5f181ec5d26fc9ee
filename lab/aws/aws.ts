import { startAdmin } from '../admin.ts';
import type { MachineHost } from '../machines/host.ts';
import { type LabAccount, makeAccount } from './account.ts';
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
  const moto = await startMoto();
  const ends: (() => Promise<void>)[] = [() => moto.stop()];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const layer = await startLayer(moto.url, options);
    ends.push(() => layer.stop());
    const account = await makeAccount(layer.url);
    const admin = await startAdmin({ ...layer, inventory: () => inventoryOf(layer.url, account.region) });
    ends.push(() => admin.stop());
    layer.calls.length = 0;
    return { ...layer, account, admin: admin.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
