import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startStore } from './server.ts';

const usage = 'usage: node lab/store/main.ts --dir DIR [--port PORT] [--host HOST]… [--bucket NAME]…';

const options = z.strictObject({
  dir: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  host: z.array(z.string()).min(1).default(['127.0.0.1']),
  bucket: z.array(z.string()).default([]),
});

try {
  const { values } = parseArgs({
    options: { dir: { type: 'string' }, port: { type: 'string' }, host: { type: 'string', multiple: true }, bucket: { type: 'string', multiple: true } },
  });
  const parsed = options.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')}\n${usage}`);
  const { dir, port, host, bucket } = parsed.data;
  const store = await startStore({ dir, port, host, buckets: bucket });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void store.close());
  console.log(JSON.stringify({ url: store.url, port: store.port }));
} catch (error) {
  console.error(`store: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
