import { createHash } from 'node:crypto';
import { DriverError } from '../errors.ts';
import type { ResourceId } from '../spec.ts';
import { identityMark } from './mark.ts';
import { ip, type Link, links } from './ip.ts';
import { FIRST_PORT, LAST_PORT } from './ports.ts';

/** A network namespace from which only answers leave. */
export interface Fence {
  /** Also the name of its cable's end on this machine. */
  readonly namespace: string;
  readonly outside: string;
  readonly inside: string;
}

const INSIDE = 'eth0';
const NETS = 2 ** 14;

export function fenceName(root: string, id: ResourceId): string {
  return `mu-${hashOf(root, id).toString('hex', 0, 4)}`;
}

/** A fence with addresses that nobody on this machine has. Nothing is made yet. */
export async function planFence(root: string, id: ResourceId): Promise<Fence> {
  const taken = new Set((await links()).flatMap(({ addr_info }) => addr_info.map(({ local }) => local)));
  const start = hashOf(root, id).readUInt16BE(4) % NETS;
  for (let step = 0; step < NETS; step++) {
    const net = ((start + step) % NETS) * 4;
    const address = (host: number): string => `10.213.${(net + host) >> 8}.${(net + host) & 255}`;
    if (!taken.has(address(1))) return { namespace: fenceName(root, id), outside: address(1), inside: address(2) };
  }
  throw new DriverError('Quota', 'every network of 10.213.0.0/16 is in use on this machine: remove some fences');
}

/** Makes what of it is not there yet. `alias` is written on it, so that it says itself whose it is. */
export async function raiseFence({ namespace, outside, inside }: Fence, alias: string): Promise<void> {
  const device = await cable(namespace);
  if (device && device.ifalias === alias && device.flags.includes('UP')) return;
  if (device && device.ifalias !== alias && device.ifalias !== undefined)
    throw new DriverError('Conflict', `the network device ${namespace} is another's: remove it, or rename the component`);
  await lowerFence(namespace);
  const within = (...words: string[]): Promise<string> => ip('-n', namespace, ...words);
  await ip('netns', 'add', namespace);
  await within('link', 'set', 'lo', 'up');
  // An answer comes from a port that something listens at; whoever opens a connection gets a port beyond these.
  await within('rule', 'add', 'pref', '100', 'ipproto', 'tcp', 'sport', `${FIRST_PORT}-${LAST_PORT}`, 'lookup', 'main');
  await within('rule', 'add', 'pref', '200', 'prohibit');
  await within('-6', 'rule', 'add', 'pref', '200', 'prohibit').catch(() => {}); // There is nothing to forbid where there is no IPv6.
  await ip('link', 'add', namespace, 'type', 'veth', 'peer', 'name', INSIDE, 'netns', namespace);
  await ip('addr', 'add', `${outside}/30`, 'dev', namespace);
  await within('addr', 'add', `${inside}/30`, 'dev', INSIDE);
  await within('link', 'set', INSIDE, 'addrgenmode', 'none').catch(() => {});
  await within('link', 'set', INSIDE, 'up');
  if (alias.length < 256) await ip('link', 'set', 'dev', namespace, 'alias', alias);
  // Last: up says that all the rest is there.
  await ip('link', 'set', 'dev', namespace, 'up');
}

/** Absent is success. The device first: with it the way out is gone, whatever still runs inside. */
export async function lowerFence(namespace: string): Promise<void> {
  if (await cable(namespace)) await ip('link', 'del', 'dev', namespace);
  if (await standsFence(namespace)) await ip('netns', 'del', namespace);
}

export async function standsFence(namespace: string): Promise<boolean> {
  return (await ip('netns', 'list')).split('\n').some((line) => line.split(' ')[0] === namespace);
}

async function cable(namespace: string): Promise<Link | undefined> {
  return (await links()).find(({ ifname }) => ifname === namespace);
}

function hashOf(root: string, id: ResourceId): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(identityMark(root, id)))
    .digest();
}
