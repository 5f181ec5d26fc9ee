import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { machineImage } from '../machines/image.ts';
import { Machines } from '../machines/machines.ts';
import { startAws } from './aws.ts';

const usage = 'usage: node lab/aws/main.ts --folder DIR [--boot-seconds N] [--image JSON]';

const options = z.strictObject({
  folder: z.string().min(1),
  'boot-seconds': z.coerce.number().nonnegative().default(1),
  image: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('no JSON');
        return z.NEVER;
      }
    })
    .pipe(machineImage),
});

try {
  const { values } = parseArgs({ options: { folder: { type: 'string' }, 'boot-seconds': { type: 'string' }, image: { type: 'string' } } });
  const parsed = options.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')}\n${usage}`);
  const { folder, image, 'boot-seconds': bootSeconds } = parsed.data;
  const machines = new Machines({ folder: join(folder, 'machines'), bootSeconds, image });
  const aws = await startAws({ machines });
  const stop = async (): Promise<void> => {
    await aws.stop();
    await machines.end();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  console.log(JSON.stringify({ url: aws.url, admin: aws.admin, account: aws.account }));
} catch (error) {
  console.error(`aws: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
