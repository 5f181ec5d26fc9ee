import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceId } from '../spec.ts';
import { pathOf } from './client.ts';
import { IncusError } from './errors.ts';
import { type Instance, isGoing } from './instance.ts';
import { seenAs } from './instances.ts';
import { isNamed } from './names.ts';
import { concerns, operations } from './operations.ts';
import type { Site } from './site.ts';

/** What is being made or started cannot be stopped before that is done: for so long it is waited for. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 50;
const MAKING = /^(Creating|Starting) instance$/;

/**
 * Starts the removal of all of them. A container that runs is made ephemeral and switched off: then Incus removes it itself, and the intent
 * is written down at the site.
 */
export async function removeAll(site: Site, id: ResourceId, signal: AbortSignal): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(LOOK_MS, undefined, { signal })) {
    const { running } = await operations(site.read, signal);
    if (!running.some(({ description, resources }) => MAKING.test(description) && named(resources, id))) break;
  }
  const left = (await seenAs(site, id, signal)).ours;
  if (left.length === 0) return;
  const { running } = await operations(site.read, signal);
  await Promise.all(
    left
      .filter(({ it }) => !running.some((each) => /^(Deleting|Stopping) instance$/.test(each.description) && concerns(each, it.name) && isGoing(it)))
      .map(({ it }) => removeOne(site, it, signal)),
  );
}

function named(resources: Readonly<Record<string, readonly string[]>> | null | undefined, id: ResourceId): boolean {
  return Object.values(resources ?? {}).some((paths) => paths.some((path) => isNamed(id, path.split('/')[3] ?? '')));
}

async function removeOne({ write }: Site, { name, status, ephemeral }: Instance, signal: AbortSignal): Promise<void> {
  try {
    if (!ephemeral) await write.ask('PATCH', pathOf('instances', name), signal, { body: { ephemeral: true } });
    if (status === 'Stopped') await write.ask('DELETE', pathOf('instances', name), signal);
    else await write.ask('PUT', pathOf('instances', name, 'state'), signal, { body: { action: 'stop', force: true, timeout: 0 } });
  } catch (error) {
    if (!(error instanceof IncusError && (error.status === 404 || /already stopped/i.test(error.message)))) throw error;
  }
}
