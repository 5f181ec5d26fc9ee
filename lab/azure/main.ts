import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startAzureLab } from './lab.ts';

const usage = 'usage: node lab/azure/main.ts [--port PORT] [--location LOCATION] [--group RESOURCE_GROUP] [--subscription ID] [--operation-ms MS]';

const options = z.strictObject({
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  location: z.string().min(1).default('westeurope'),
  group: z.string().min(1).default('lab'),
  subscription: z.uuid().optional(),
  'operation-ms': z.coerce.number().min(0).default(300),
});

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      location: { type: 'string' },
      group: { type: 'string' },
      subscription: { type: 'string' },
      'operation-ms': { type: 'string' },
    },
  });
  const parsed = options.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')}\n${usage}`);
  const { port, location, group, subscription, 'operation-ms': operationMs } = parsed.data;
  const {
    faults: _,
    calls: __,
    assertion: ___,
    inventory: ____,
    usedActions: _____,
    stop,
    ...lab
  } = await startAzureLab({
    port,
    location,
    resourceGroup: group,
    operationMs,
    ...(subscription !== undefined && { subscription }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  console.log(JSON.stringify(lab));
} catch (error) {
  console.error(`azure: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
