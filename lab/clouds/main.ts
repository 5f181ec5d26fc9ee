import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { MachineHost } from '../machines/host.ts';
import { Machines } from '../machines/machines.ts';
import { type CloudName, CLOUDS, type OpenCloud, type StartedCloud } from './cloud.ts';
import { exampleImage } from './image.ts';

const usage = `usage: node lab/clouds/main.ts --cloud ${CLOUDS.join('|')} --folder DIR [--boot-seconds N]`;

const options = z.strictObject({ cloud: z.enum(CLOUDS), folder: z.string().min(1), 'boot-seconds': z.coerce.number().nonnegative().default(1) });

const START: Readonly<Record<CloudName, (folder: string, machines: MachineHost) => Promise<StartedCloud>>> = {
  aws: async (...how) => (await import('./aws.ts')).startAwsCloud(...how),
  gcp: async (...how) => (await import('./gcp.ts')).startGcpCloud(...how),
  azure: async (...how) => (await import('./azure.ts')).startAzureCloud(...how),
};

try {
  const { values } = parseArgs({ options: { cloud: { type: 'string' }, folder: { type: 'string' }, 'boot-seconds': { type: 'string' } } });
  const parsed = options.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')}\n${usage}`);
  const { cloud, folder, 'boot-seconds': bootSeconds } = parsed.data;
  await mkdir(folder, { recursive: true });
  // The same Node as here is on every machine, whatever else this host has.
  process.env.PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const machines = new Machines({ folder: join(folder, 'machines'), bootSeconds, image: exampleImage() });
  const { stop, ...ready } = await START[cloud](folder, machines);
  const end = async (): Promise<void> => {
    await stop();
    await machines.end();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());
  console.log(JSON.stringify(ready satisfies OpenCloud));
} catch (error) {
  console.error(`clouds: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
