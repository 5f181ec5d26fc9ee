import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { type Incus, pathOf } from './client.ts';
import { IncusError } from './errors.ts';

const operation = z.object({
  id: z.string(),
  description: z.string(),
  status: z.string(),
  status_code: z.number(),
  err: z.string().default(''),
  resources: z.record(z.string(), z.array(z.string())).nullish(),
});
type Operation = z.infer<typeof operation>;

/** Incus remembers what has ended for five seconds. */
export interface Operations {
  readonly running: readonly Operation[];
  readonly failed: readonly Operation[];
}

export async function operations(incus: Incus, signal: AbortSignal): Promise<Operations> {
  const { metadata } = await incus.ask('GET', pathOf('operations'), signal, { query: { recursion: '1' } });
  const { running, pending, failure } = z.record(z.string(), z.array(operation)).parse(metadata ?? {});
  return { running: [...(running ?? []), ...(pending ?? [])], failed: failure ?? [] };
}

/** Whether it is about this instance. */
export function concerns({ resources }: Operation, name: string): boolean {
  return Object.entries(resources ?? {}).some(([kind, paths]) => /^(instances|containers)$/.test(kind) && paths.some((path) => path.split('/')[3] === name));
}

/** Waits until it is done; throws what it failed with. */
export async function done(incus: Incus, id: string | undefined, signal: AbortSignal): Promise<void> {
  if (id === undefined) return;
  for (;;) {
    const { metadata } = await incus.ask('GET', pathOf('operations', id, 'wait'), signal, { query: { timeout: '1' } });
    const { status_code: status, err, description } = operation.parse(metadata);
    if (status === 200) return;
    if (status === 401) throw new DriverError('Conflict', `${description} was cancelled by someone else`);
    if (status >= 400) throw new IncusError(status, err || `${description} failed`);
  }
}
