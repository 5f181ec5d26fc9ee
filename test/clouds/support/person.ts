import { z } from 'zod';
import type { CloudName } from '../../../lab/clouds.ts';
import type { Fault } from '../../../lab/faults.ts';
import type { Stand } from '../../../lab/stand.ts';

const received = z.array(z.object({ call: z.string(), at: z.number(), fields: z.record(z.string(), z.string()) }));
export type Received = z.infer<typeof received>[number];

const things = z.record(z.string(), z.array(z.string()));

/** Whoever stands at a cloud of the lab: sees what it is asked and what it holds, and makes things go wrong. */
export interface PersonAtTheLab {
  plant(...faults: readonly Fault[]): Promise<void>;
  clear(): Promise<void>;
  calls(): Promise<Received[]>;
  forgetCalls(): Promise<void>;
  inventory(): Promise<z.infer<typeof things>>;
}

export function personAt({ clouds }: Stand, name: CloudName): PersonAtTheLab {
  const admin = clouds[name]?.admin;
  if (admin === undefined) throw new Error(`${name} is not of this stand`);
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${admin}${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`the lab answered ${answer.status} to ${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    async plant(...faults) {
      for (const each of faults) await ask('POST', '/faults', each);
    },
    clear: async () => void (await ask('DELETE', '/faults')),
    calls: async () => received.parse(await ask('GET', '/calls')),
    forgetCalls: async () => void (await ask('DELETE', '/calls')),
    inventory: async () => things.parse(await ask('GET', '/inventory')),
  };
}
