import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Link, ip, ipBytes, links } from './ip.ts';
import { exists, writeWhole } from './json.ts';
import type { Site } from './site.ts';

/**
 * Pulls the cables of a namespace, at its own end: at the other one this machine would lose its route there, and whoever has that
 * address elsewhere would answer. What runs inside goes on; its IPv4 addresses stay, its routes are kept in a file meanwhile.
 */
export async function disconnect(site: Site, namespace: string): Promise<void> {
  if (!(await isConnected(namespace))) return;
  await restoreRoutes(site, namespace);
  await writeWhole(routesFile(site, namespace), await ipBytes(['-n', namespace, 'route', 'save']));
  for (const { ifname } of await cables(namespace)) await ip('-n', namespace, 'link', 'set', 'dev', ifname, 'down');
}

/** Plugs it in again, with the routes it had. */
export async function connect(site: Site, namespace: string): Promise<void> {
  for (const { ifname, flags } of await cables(namespace)) if (!flags.includes('UP')) await ip('-n', namespace, 'link', 'set', 'dev', ifname, 'up');
  await restoreRoutes(site, namespace);
}

/** Whether anything can come in or go out. */
export async function isConnected(namespace: string): Promise<boolean> {
  return (await cables(namespace)).some(({ flags }) => flags.includes('UP'));
}

/** The address that others reach it at. */
export async function addressOf(namespace: string): Promise<string | undefined> {
  return (await cables(namespace)).flatMap(({ addr_info }) => addr_info).find(({ family, scope }) => family === 'inet' && scope === 'global')?.local;
}

/** A file that a crash left is restored before a new one is made: it has the routes that are missing now. */
async function restoreRoutes(site: Site, namespace: string): Promise<void> {
  const file = routesFile(site, namespace);
  if (!(await exists(file))) return;
  const saved = await open(file);
  await ipBytes(['-n', namespace, 'route', 'restore'], saved).finally(() => saved.close());
  await rm(file, { force: true });
}

const routesFile = (site: Site, namespace: string): string => join(site.root, `.routes-${namespace}`);

async function cables(namespace: string): Promise<Link[]> {
  return (await links(namespace)).filter(({ flags }) => !flags.includes('LOOPBACK'));
}
