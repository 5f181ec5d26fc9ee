import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startGcpLab } from './lab.ts';

const usage = 'usage: node lab/gcp/main.ts --credentials FOLDER [--project NAME] [--region NAME] [--zone NAME]… [--port PORT] [--operation-ms MS]';

const options = z.strictObject({
  credentials: z.string().min(1),
  project: z.string().optional(),
  region: z.string().optional(),
  zone: z.array(z.string()).min(1).optional(),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  'operation-ms': z.coerce.number().int().min(0).default(300),
});

try {
  const { values } = parseArgs({
    options: {
      credentials: { type: 'string' },
      project: { type: 'string' },
      region: { type: 'string' },
      zone: { type: 'string', multiple: true },
      port: { type: 'string' },
      'operation-ms': { type: 'string' },
    },
  });
  const parsed = options.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')}\n${usage}`);
  const { credentials, project, region, zone, port, 'operation-ms': operationMs } = parsed.data;
  const lab = await startGcpLab({
    port,
    operationMs,
    ...(project === undefined ? {} : { project }),
    ...(region === undefined ? {} : { region }),
    ...(zone === undefined ? {} : { zones: zone }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void lab.stop());
  const [read, write] = await Promise.all([lab.credentialsFile('read', credentials), lab.credentialsFile('write', credentials)]);
  const { url, adminUrl, image, network, subnetwork, closedTag, zones } = lab;
  console.log(
    JSON.stringify({
      url,
      port: lab.port,
      adminUrl,
      project: lab.project,
      region: lab.region,
      zones,
      image,
      network,
      subnetwork,
      closedTag,
      credentials: { read, write },
    }),
  );
} catch (error) {
  console.error(`gcp: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
