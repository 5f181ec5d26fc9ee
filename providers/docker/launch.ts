import type { ContainerCreateOptions } from 'dockerode';
import { DriverError } from '../errors.ts';
import { nearestShapes } from '../nearestShape.ts';
import type { ResourceId, WorkloadSpec } from '../spec.ts';
import { userData } from '../userData.ts';
import { reserveAddress } from './address.ts';
import { FOLDER, RESTORE_ORDERS, ROOT, startFiles, TELLS_READY } from './boot.ts';
import { isCode, isNoChange } from './errors.ts';
import { imageOf, shapeOf } from './catalogue.ts';
import { baseName, labelsOf, type Marked, markedBy } from './marks.ts';
import { isSame } from '../marks.ts';
import { ask } from './ask.ts';
import type { Site } from './site.ts';
import { tarOf } from './tar.ts';

/** How long a container may take to end by itself: its program has 20 of them. */
export const GRACE_SECONDS = 30;

export interface Request {
  readonly spec: WorkloadSpec;
  readonly script: string;
  readonly mark: Omit<Marked, 'part'>;
}

/** Everything that can be refused is refused here, before anything is made. */
export async function requestFor(site: Site, id: ResourceId, spec: WorkloadSpec, digest: string, signal: AbortSignal): Promise<Request> {
  if (spec.network !== 'site') throw new DriverError('Unsupported', 'it cannot be put behind a fence of a drill here: run the drill unfenced, with a reason');
  const script = userData(spec, { site: site.name, restoreOrders: RESTORE_ORDERS, foreground: { ready: TELLS_READY } });
  const [image, shape] = await Promise.all([imageOf(site, spec.image, signal), shapeOf(site, signal)]);
  nearestShapes([shape], spec.size, image.arch);
  return { spec, script, mark: { id, digest, ports: spec.ports, replicas: spec.replicas } };
}

/** Makes and starts one replica, or goes on where that was broken off. Its mark is on everything from the first moment. */
export async function launch(site: Site, { spec, script, mark }: Request, replica: number, signal: AbortSignal): Promise<void> {
  const docker = await site.docker();
  const name = `${baseName(mark.id)}-${replica}`;
  await ensureVolume(site, name, { ...mark, part: 'data' });
  const { address, release } = await reserveAddress(site, name, signal);
  try {
    const options: ContainerCreateOptions = {
      name,
      Image: spec.image,
      User: '0:0',
      WorkingDir: '/',
      Entrypoint: ['/bin/sh', `/${FOLDER}/boot`],
      Cmd: [],
      Labels: labelsOf({ ...mark, part: 'main', address }),
      StopSignal: 'SIGTERM',
      StopTimeout: GRACE_SECONDS,
      HostConfig: {
        NetworkMode: site.config.network,
        Memory: spec.size.memoryBytes,
        NanoCpus: Math.round(spec.size.cpu * 1e9),
        Mounts: [{ Type: 'volume', Source: name, Target: ROOT }],
        SecurityOpt: ['no-new-privileges'],
      },
      NetworkingConfig: { EndpointsConfig: { [site.config.network]: { IPAMConfig: { IPv4Address: address } } } },
    };
    await ask(signal, () => docker.createContainer(options)).catch((error: unknown) => {
      if (!isCode(error, 'Conflict')) throw error;
    });
  } finally {
    release();
  }
  const container = docker.getContainer(name);
  const { Id, State, Config } = await container.inspect();
  const there = markedBy(Config.Labels);
  if (!there || !isSame(there.id, mark.id)) throw new DriverError('Conflict', `${name} has the name and not our mark; rename it`);
  if (there.digest !== mark.digest) throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
  if (State.Status !== 'created') return;
  await docker.getContainer(Id).putArchive(tarOf(FOLDER, { boot: script, ...startFiles() }), { path: '/' });
  await started(site, Id).catch(async (error: unknown) => {
    // Another has the address since: it is made again with another one.
    if (isCode(error, 'Unavailable')) await docker.getContainer(Id).remove({ force: true });
    throw error;
  });
}

export async function started(site: Site, id: string): Promise<void> {
  const docker = await site.docker();
  await docker
    .getContainer(id)
    .start()
    .catch((error: unknown) => {
      if (!isNoChange(error)) throw error;
    });
}

async function ensureVolume(site: Site, name: string, mark: Marked): Promise<void> {
  const docker = await site.docker();
  await docker.createVolume({ Name: name, Labels: labelsOf(mark) });
  const there = markedBy((await docker.getVolume(name).inspect()).Labels);
  if (!there || !isSame(there.id, mark.id)) throw new DriverError('Conflict', `the volume ${name} has the name and not our mark; rename it`);
}
