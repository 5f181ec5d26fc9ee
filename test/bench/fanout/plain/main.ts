import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type CloudName, CLOUDS } from '../../../../lab/clouds/cloud.ts';
import { plainAws } from './aws.ts';
import { plainAzure } from './azure.ts';
import type { PlainCloud } from './cloud.ts';
import { plainGcp } from './gcp.ts';

/** Seconds that one half took. */
export interface PlainHalf {
  readonly seconds: number;
}

const OPEN: Readonly<Record<CloudName, (site: unknown) => Promise<PlainCloud>>> = {
  aws: plainAws,
  gcp: plainGcp,
  azure: (site) => plainAzure(site, process.env.LAB_AZURE_WRITE ?? ''),
};

const options = z.object({
  cloud: z.enum(CLOUDS),
  replicas: z.coerce.number().int().positive(),
  site: z.string().transform((text) => JSON.parse(text) as unknown),
});
/** As often as the product looks. */
const EVERY_MS = 100;

const { values } = parseArgs({ options: { cloud: { type: 'string' }, replicas: { type: 'string' }, site: { type: 'string' } } });
const { cloud, replicas, site } = options.parse({ ...values });
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/*
 * What a script does that takes one machine after the other: at the first line on stdin it starts each and looks at each until it runs, at
 * the second it removes each and looks at each until it is gone. It says after both how long that took.
 */
const machines: string[] = [];
await orders.next();
let began = performance.now();
const plain = await OPEN[cloud](site);
for (let made = 0; made < replicas; made++) machines.push(await plain.start(`plain-${replicas}-${made}`));
for (const machine of machines) await until(() => plain.runs(machine));
say();
await orders.next();
began = performance.now();
for (const machine of machines) await plain.remove(machine);
for (const machine of machines) await until(() => plain.isGone(machine));
say();

async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await sleep(EVERY_MS);
}

function say(): void {
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 } satisfies PlainHalf));
}
