import type { ErrorCode } from '../spec.ts';
import { classify } from './errors.ts';
import type { Site } from './site.ts';

/** Nobody makes one of this name: those of Muster begin otherwise. */
const NONE = 'muster-may-it';

/**
 * Asks for what cannot be done, with the credentials for changing: a batch of nothing that is said, and the stop and the removal of what is
 * not there. Google refuses who may not before it looks whether it could (https://google.aip.dev/211). Throws what Google says then.
 */
export async function checkPermitted({ gce, config }: Site, signal: AbortSignal): Promise<void> {
  const [zone = ''] = config.zones;
  await Promise.all([
    refusedAs('Invalid', gce.bulkInsert({ zone, bulkInsertInstanceResourceResource: { count: 1, minCount: 1 } }, signal)),
    refusedAs('NotFound', gce.stop({ zone, instance: NONE }, signal)),
    refusedAs('NotFound', gce.delete({ zone, instance: NONE }, signal)),
  ]);
}

async function refusedAs(code: ErrorCode, asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: unknown) => {
    if (classify(error).code !== code) throw error;
  });
}
