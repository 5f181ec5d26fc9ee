import { type Link, ip, links } from './ip.ts';

/** Plugs a namespace in, or pulls its cables. What runs in it goes on, with its addresses and routes. */
export async function setConnected(namespace: string, connected: boolean): Promise<void> {
  const outside = await links();
  for (const inside of await cables(namespace)) {
    // The far end, if this machine has it: pulling the near one would lose the routes in the namespace.
    const far = outside.find(({ ifindex, link_index }) => ifindex === inside.link_index && link_index === inside.ifindex);
    const device = far ? ['link', 'set', 'dev', far.ifname] : ['-n', namespace, 'link', 'set', 'dev', inside.ifname];
    await ip(...device, connected ? 'up' : 'down');
  }
}

/** Whether anything can come in or go out. */
export async function isConnected(namespace: string): Promise<boolean> {
  return (await cables(namespace)).some(({ flags }) => flags.includes('LOWER_UP'));
}

async function cables(namespace: string): Promise<Link[]> {
  return (await links(namespace)).filter(({ flags }) => !flags.includes('LOOPBACK'));
}

/** The address that others reach it at. */
export async function addressOf(namespace: string): Promise<string | undefined> {
  return (await cables(namespace)).flatMap(({ addr_info }) => addr_info).find(({ family, scope }) => family === 'inet' && scope === 'global')?.local;
}
