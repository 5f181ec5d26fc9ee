import type { ContainerInfo } from 'dockerode';
import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { nameOf } from './containers.ts';
import { unlessGone } from './volumes.ts';
import type { Site } from './site.ts';

const NETWORKS = 'muster.networks';
const known = z.record(z.string(), z.object({ address: z.string(), aliases: z.array(z.string()) }));

/** Labels of containers cannot be changed, so what one had is written on an empty volume. */
const noteOf = ({ Id }: ContainerInfo): string => `muster-isolated-${Id.slice(0, 32)}`;

/** Takes it off all its networks, which ends its connections. What it had is written down before that. */
export async function isolate(site: Site, it: ContainerInfo): Promise<void> {
  const docker = await site.docker();
  const { NetworkSettings, HostConfig } = await docker.getContainer(it.Id).inspect();
  if (/^(host|container:|slirp4netns|ns:)/.test(HostConfig.NetworkMode ?? ''))
    throw new DriverError('Unsupported', `${nameOf(it)} shares the network of another: isolate it by hand`);
  const had = Object.entries(NetworkSettings.Networks).map(([name, { IPAddress, Aliases }]) => {
    const aliases = (Array.isArray(Aliases) ? Aliases : []).filter((each) => !it.Id.startsWith(each));
    return [name, { address: IPAddress, aliases }] as const;
  });
  if (had.length === 0) return;
  const note = await readNote(site, it);
  // Broken off on the way, the note holds more than what is left.
  if (!note) await docker.createVolume({ Name: noteOf(it), Labels: { [NETWORKS]: JSON.stringify(Object.fromEntries(had)) } });
  for (const [name] of had) await docker.getNetwork(name).disconnect({ Container: it.Id, Force: true });
}

/** Gives it back what it had. One that was never isolated is left as it is. */
export async function rejoin(site: Site, it: ContainerInfo): Promise<void> {
  const note = await readNote(site, it);
  if (!note) return;
  const docker = await site.docker();
  const { NetworkSettings } = await docker.getContainer(it.Id).inspect();
  for (const [name, { address, aliases }] of Object.entries(note)) {
    if (Object.hasOwn(NetworkSettings.Networks, name)) continue;
    await docker
      .getNetwork(name)
      .connect({ Container: it.Id, EndpointConfig: { Aliases: aliases, ...(address !== '' && { IPAMConfig: { IPv4Address: address } }) } });
  }
  await unlessGone(docker.getVolume(noteOf(it)).remove());
}

/** With the container: nobody else would ever take it away. */
export async function forget(site: Site, it: ContainerInfo): Promise<void> {
  if (await readNote(site, it)) await unlessGone((await site.docker()).getVolume(noteOf(it)).remove());
}

async function readNote(site: Site, it: ContainerInfo): Promise<z.infer<typeof known> | undefined> {
  const docker = await site.docker();
  const name = noteOf(it);
  const { Volumes } = await docker.listVolumes({ filters: { name: [name] } });
  const text = (Volumes ?? []).find(({ Name }) => Name === name)?.Labels?.[NETWORKS];
  return text === undefined ? undefined : known.parse(JSON.parse(text));
}
