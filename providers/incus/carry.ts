import { randomUUID } from 'node:crypto';
import { Transform } from 'node:stream';
import { DriverError } from '../errors.ts';
import { type Incus, incus, pathOf } from './client.ts';
import type { IncusConfig } from './config.ts';
import { instance, isRunning } from './instance.ts';
import { done } from './operations.ts';

/** An export that nobody fetches is gone by itself after this. */
const KEPT_SECONDS = 3600;

export interface Progress {
  readonly stage: 'exporting' | 'carrying' | 'importing';
  /** Of the container's tarball, so far. */
  readonly bytes: number;
  /** Where that is known. */
  readonly of?: number;
}

export interface Carry {
  readonly from: IncusConfig;
  readonly to: IncusConfig;
  readonly secret: (reference: string) => Promise<string>;
  readonly signal: AbortSignal;
  /** What it is called there; default the same name. */
  readonly as?: string;
  readonly progress?: (progress: Progress) => void;
}

/**
 * Exports a stopped container at one Incus and imports it at another, with its configuration and its mark; it is stopped there too, and stays
 * where it was as well. The tarball passes through and is never held whole, neither here nor on this machine's disk.
 * Throws Conflict when it runs, or when there is one of that name already.
 */
export async function carryInstance(name: string, { from, to, secret, signal, as = name, progress }: Carry): Promise<void> {
  const [source, target] = [incus(from, 'write', secret), incus(to, 'write', secret)];
  const backup = `muster-${randomUUID()}`;
  const at = pathOf('instances', name, 'backups');
  try {
    const it = instance.parse((await source.ask('GET', pathOf('instances', name), signal)).metadata);
    if (isRunning(it)) throw new DriverError('Conflict', `${name} runs, and what is carried would be torn: stop it first`);
    progress?.({ stage: 'exporting', bytes: 0 });
    const expires = new Date(Date.now() + KEPT_SECONDS * 1000).toISOString();
    const body = { name: backup, expires_at: expires, instance_only: true, optimized_storage: false, compression_algorithm: 'none' };
    await done(source, (await source.ask('POST', at, signal, { body })).operation, signal);
    const bytes = await passOn(source, target, `${at}/${backup}/export`, as, signal, progress);
    progress?.({ stage: 'importing', bytes, of: bytes });
  } finally {
    // Also when the signal was aborted, which an export must not outlive.
    await forget(source, `${at}/${backup}`).catch(() => undefined);
    source.close();
    target.close();
  }
}

async function passOn(source: Incus, target: Incus, path: string, name: string, signal: AbortSignal, progress: Carry['progress']): Promise<number> {
  const { body, bytes: of } = await source.download(path, signal);
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, next) {
      bytes += chunk.length;
      progress?.({ stage: 'carrying', bytes, ...(of !== undefined && { of }) });
      next(null, chunk);
    },
  });
  body.on('error', (error) => counted.destroy(error));
  const { operation } = await target.upload(pathOf('instances'), body.pipe(counted), { 'x-incus-name': name }, signal);
  await done(target, operation, signal);
  return bytes;
}

async function forget(source: Incus, path: string): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  await done(source, (await source.ask('DELETE', path, signal)).operation, signal);
}
