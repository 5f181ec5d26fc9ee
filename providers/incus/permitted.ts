import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { pathOf } from './client.ts';
import type { Site } from './site.ts';

/** Incus answers everybody, and says whether it knows who asks. What a restricted certificate may do in its projects it does not say. */
export async function permitted({ write, config }: Site, signal: AbortSignal): Promise<void> {
  const { auth } = z.object({ auth: z.string() }).parse((await write.ask('GET', '/1.0', signal)).metadata);
  if (auth !== 'trusted')
    throw new DriverError(
      'Denied',
      `the certificate of ${config.credentials?.write ?? 'this site'} is not trusted there: add it with incus config trust add-certificate`,
    );
  await write.ask('GET', pathOf('projects', config.project), signal);
}
