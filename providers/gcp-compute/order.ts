import { DriverError } from '../errors.ts';
import type { Fetchable } from '../spec.ts';
import { restoreLines } from '../userData/restore.ts';
import type { Instance } from './answers.ts';
import { KEY } from './labels.ts';
import { failureOf, isDone } from './operations.ts';
import type { Site } from './site.ts';

type Restore = Readonly<Record<string, Fetchable>>;

export function hasOrder({ metadata }: Instance, restore: Restore): boolean {
  return metadata.items.some(({ key, value }) => key === KEY.restore && value === textOf(restore));
}

/** Writes what is to be restored where the machine will ask for it, and waits until it stands there: a start must not overtake it. */
export async function orderRestore({ gce }: Site, instance: Instance, restore: Restore, signal: AbortSignal): Promise<void> {
  const { zone, name, metadata } = instance;
  if (hasOrder(instance, restore)) return;
  const items = [...metadata.items.filter(({ key }) => key !== KEY.restore), { key: KEY.restore, value: textOf(restore) }];
  const written = await gce.setMetadata(
    { zone, instance: name, metadataResource: { items, ...(metadata.fingerprint !== undefined && { fingerprint: metadata.fingerprint }) } },
    signal,
  );
  const operation = isDone(written) ? written : await gce.wait({ zone, operation: written.name }, signal);
  const failure = failureOf(operation);
  if (failure) throw failure;
  if (!isDone(operation)) throw new DriverError('Unavailable', `${name} does not have its orders to restore yet: start it again`);
}

function textOf(restore: Restore): string {
  return restoreLines(restore)
    .map((line) => `${line}\n`)
    .join('');
}
