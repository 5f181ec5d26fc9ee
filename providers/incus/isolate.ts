import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { pathOf } from './client.ts';
import { type Instance, isRunning } from './instance.ts';
import { instanceNamed } from './instances.ts';
import { KEY } from './marks.ts';
import type { Site } from './site.ts';

/** What to give back, by the name of the device. */
const kept = z.record(z.string(), z.record(z.string(), z.string()));

const nicsOf = ({ expanded_devices: devices }: Instance): string[] => Object.keys(devices).filter((name) => devices[name]?.['type'] === 'nic');

/** It has no network interface left, because we took them. */
export function isIsolated(it: Instance): boolean {
  return isRunning(it) && it.config[KEY.isolated] !== undefined && nicsOf(it).length === 0;
}

/** Takes every network interface away, with all connections; what there was is written down on it in the same request. */
export async function isolate(site: Site, { name }: Instance, signal: AbortSignal): Promise<void> {
  const found = await instanceNamed(site, name, signal);
  if (!found) throw new DriverError('NotFound', `${name} has just gone`);
  const { it, etag } = found;
  const nics = nicsOf(it);
  if (nics.length === 0) {
    if (isIsolated(it)) return;
    throw new DriverError('Unsupported', `${name} has no network interface: there is nothing to isolate`);
  }
  const before = Object.fromEntries(nics.map((nic) => [nic, pinned(it, nic)]));
  const body = {
    config: { [KEY.isolated]: JSON.stringify(before) },
    devices: Object.fromEntries(nics.map((nic) => [nic, { type: 'none' }])),
  };
  await site.write.ask('PATCH', pathOf('instances', name), signal, { body, etag });
}

/**
 * Gives back what it had. A profile's interface is from then on one of the container's own, with its hardware address written down: by a
 * new one it would not find its own address again. One that was never isolated is left as it is.
 */
export async function giveBack(site: Site, { name }: Instance, signal: AbortSignal): Promise<void> {
  const found = await instanceNamed(site, name, signal);
  const noted = found?.it.config[KEY.isolated];
  if (!found || noted === undefined) return;
  const body = { config: { [KEY.isolated]: '' }, devices: kept.parse(JSON.parse(noted)) };
  await site.write.ask('PATCH', pathOf('instances', name), signal, { body, etag: found.etag });
}

function pinned({ config, expanded_devices: devices }: Instance, nic: string): Readonly<Record<string, string>> {
  const hwaddr = config[`volatile.${nic}.hwaddr`];
  return { ...devices[nic], ...(hwaddr !== undefined && { hwaddr }) };
}
