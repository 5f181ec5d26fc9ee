import { setTimeout as sleep } from 'node:timers/promises';
import { DriverError } from '../errors.ts';
import type { Fetchable } from '../spec.ts';
import { restoreLines } from '../userData/restore.ts';
import type { Machine } from './machines.ts';
import type { Site } from './site.ts';

/** Every machine has orders from the start: where none can be read, the metadata service is what is missing. */
const HEAD = '# What Muster orders to restore at the next start.';

export const NO_ORDERS = orders({});

/** For `sh -eu`: what user data says, of lines that are orders. */
export const RESTORE_ORDERS = `at="\${AZURE_POD_IDENTITY_AUTHORITY_HOST:-http://169.254.169.254}/metadata/instance/compute/userData?api-version=2021-01-01&format=text"
if command -v curl > /dev/null; then said=$(curl -fsS --noproxy '*' --max-time 10 -H 'Metadata: true' "$at")
else said=$(wget -q -T 10 -O - --header 'Metadata: true' "$at"); fi
[ -n "$said" ] || exit 1
said=$(printf %s "$said" | base64 -d)
printf '%s\\n' "$said" | sed '/^#/d;/^$/d'`;

/** How long Azure takes to write a property of a stopped machine; usually a few seconds. */
const PATIENCE_SECONDS = 30;
const POLL_MS = 300;

/**
 * Writes the orders where the machines' own metadata service shows them. Waits until they stand there: a start that Azure takes before would
 * push the writing aside. Throws Unavailable when that takes long.
 */
export async function order(site: Site, machines: readonly Machine[], restore: Readonly<Record<string, Fetchable>>, signal: AbortSignal): Promise<void> {
  const userData = orders(restore);
  const due = await Promise.all(
    machines.map(async ({ name }) => {
      const { userData: there, etag } = await site.azure.machine(name, signal);
      if (there === userData) return [];
      await site.azure.changeMachine(name, { userData }, etag, signal);
      return [name];
    }),
  );
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  for (const name of due.flat()) {
    while ((await site.azure.machine(name, signal)).provisioningState === 'Updating') {
      if (performance.now() > end)
        throw new DriverError('Unavailable', `what ${name} is to restore is not written after ${PATIENCE_SECONDS} s: it can be started once it is`);
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

function orders(restore: Readonly<Record<string, Fetchable>>): string {
  return Buffer.from([HEAD, ...restoreLines(restore), ''].join('\n')).toString('base64');
}
