import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ResourceId } from '../spec.ts';

/** Where a thing is: `<root>/<installation>/<run>/<role>-g<generation>`, its replicas in `0`, `1`, … below. */
export function thingDir(root: string, id: ResourceId): string {
  return join(root, encode(id.owner.installation), encode(id.owner.run), `${encode(id.role)}-g${id.generation}`);
}

export const replicaDir = (thing: string, replica: number): string => join(thing, String(replica));

export const files = {
  /** In a thing: whose it is (never changes), what to boot, and that it is being removed. */
  owned: (thing: string) => join(thing, 'owned.json'),
  plan: (thing: string) => join(thing, 'plan.json'),
  fence: (thing: string) => join(thing, 'fence.json'),
  removing: (thing: string) => join(thing, 'removing.json'),
  /** In a replica: how far it is, where it listens, what it said, its program and its data. */
  state: (replica: string) => join(replica, 'state.json'),
  ports: (replica: string) => join(replica, 'ports.json'),
  /** There from the first time its program ran: clients may know its ports since. */
  ran: (replica: string) => join(replica, 'ran'),
  log: (replica: string) => join(replica, 'log'),
  program: (replica: string) => join(replica, 'files'),
  data: (replica: string, name: string) => join(replica, 'data', name),
} as const;

export const logsOf = (root: string, id: ResourceId): string => join(root, LOGS, encode(id.owner.run), `${encode(id.role)}-g${id.generation}`);

export const LOGS = 'logs';
/** Beside the installations: directories on their way in and out. A name that `encode` never gives. */
export const TRANSIT = '.transit';

/** A file name for any text; different texts have different names. Readable where the text is a plain name or `<name>/<name>`. */
export function encode(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,80}(\/[a-z0-9][a-z0-9-]{0,80})?$/.test(text) && text !== LOGS) return text.replace('/', '.');
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return `${slug}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
