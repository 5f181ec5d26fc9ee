import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startForwarder } from './server.ts';

const usage = 'usage: node lab/forwarder/main.ts --state FILE --admin HOST:PORT --route NAME=HOST:PORT… [--ttl SECONDS]';

const address = z
  .string()
  .regex(/^(\[[^\]]+\]|[^:]+):\d{1,5}$/, { error: 'HOST:PORT' })
  .transform((text) => ({ host: text.slice(0, text.lastIndexOf(':')).replace(/^\[|\]$/g, ''), port: Number(text.slice(text.lastIndexOf(':') + 1)) }));

const route = z
  .string()
  .regex(/^[^=]+=/, { error: 'NAME=HOST:PORT' })
  .transform((text) => ({ name: text.slice(0, text.indexOf('=')), address: text.slice(text.indexOf('=') + 1) }))
  .pipe(z.object({ name: z.string(), address }));

const options = z.strictObject({
  state: z.string().min(1),
  admin: address,
  route: z.array(route).min(1),
  ttl: z.coerce.number().nonnegative().default(0),
});

try {
  const { values } = parseArgs({
    options: { state: { type: 'string' }, admin: { type: 'string' }, route: { type: 'string', multiple: true }, ttl: { type: 'string' } },
  });
  const parsed = options.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')}\n${usage}`);
  const { state, admin, route: routes, ttl } = parsed.data;
  const forwarder = await startForwarder({ state, admin, ttlSeconds: ttl, routes: Object.fromEntries(routes.map((each) => [each.name, each.address])) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void forwarder.close());
  console.log(JSON.stringify({ admin: forwarder.admin, routes: forwarder.routes }));
} catch (error) {
  console.error(`forwarder: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
