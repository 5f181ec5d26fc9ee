import { mkdir } from 'node:fs/promises';
import { startAwsCloud } from '../../../lab/clouds/aws.ts';
import { startAzureCloud } from '../../../lab/clouds/azure.ts';
import type { CloudName, StartedCloud } from '../../../lab/clouds/cloud.ts';
import { startGcpCloud } from '../../../lab/clouds/gcp.ts';
import type { MachineHost } from '../../../lab/machines/host.ts';
import { type Call, received } from './tally.ts';

/** The API says that they run, and nothing does. */
const NOWHERE: MachineHost = { boot() {}, start() {}, async stop() {}, async remove() {} };

const START: Readonly<Record<CloudName, (folder: string, machines: MachineHost) => Promise<StartedCloud>>> = {
  aws: startAwsCloud,
  gcp: startGcpCloud,
  azure: startAzureCloud,
};

export interface BareCloud extends StartedCloud {
  readonly name: CloudName;
  /** What it received since the last time, in order. */
  takeCalls(): Promise<Call[]>;
  /** Names of all instances that exist and are not on their way out. */
  instances(): Promise<readonly string[]>;
}

/** A cloud of the lab in this process, without machines. */
export async function startBareCloud(name: CloudName, folder: string): Promise<BareCloud> {
  await mkdir(folder, { recursive: true });
  const cloud = await START[name](folder, NOWHERE);
  const { admin } = cloud;
  return {
    ...cloud,
    name,
    async takeCalls() {
      const calls = received.parse(await (await fetch(`${admin}/calls`)).json());
      await fetch(`${admin}/calls`, { method: 'DELETE' });
      return calls;
    },
    async instances() {
      const inventory = (await (await fetch(`${admin}/inventory`)).json()) as Readonly<Record<string, readonly string[]>>;
      return inventory.instances ?? inventory.virtualMachines ?? [];
    },
  };
}
