import { DriverError } from '../errors.ts';
import type { Fetchable } from '../spec.ts';
import { restoreLines } from '../userData/restore.ts';
import type { Instance } from './answers.ts';
import { KEY } from './labels.ts';
import { failureOf, isDone } from './operations.ts';
import type { Site } from './site.ts';

/** Writes what is to be restored where the machine will ask for it, and waits until it stands there: a start must not overtake it. */
export async function orderRestore(
  { gce }: Site,
  { zone, name, metadata }: Instance,
  restore: Readonly<Record<string, Fetchable>>,
  signal: AbortSignal,
): Promise<void> {
  const value = restoreLines(restore)
    .map((line) => `${line}\n`)
    .join('');
  if (metadata.items.some((item) => item.key === KEY.restore && item.value === value)) return;
  const items = [...metadata.items.filter(({ key }) => key !== KEY.restore), { key: KEY.restore, value }];
  const written = await gce.setMetadata(
    { zone, instance: name, metadataResource: { items, ...(metadata.fingerprint !== undefined && { fingerprint: metadata.fingerprint }) } },
    signal,
  );
  const operation = isDone(written) ? written : await gce.wait({ zone, operation: written.name }, signal);
  const failure = failureOf(operation);
  if (failure) throw failure;
  if (!isDone(operation)) throw new DriverError('Unavailable', `${name} does not have its orders to restore yet: start it again`);
}
