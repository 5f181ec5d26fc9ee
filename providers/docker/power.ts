import type { ContainerInfo } from 'dockerode';
import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type Fetchable, type PowerTarget, READS_AS } from '../spec.ts';
import { restoreLines } from '../userData/restore.ts';
import { FOLDER, startFiles } from './boot.ts';
import { nameOf } from './containers.ts';
import { isCode, isNoChange } from './errors.ts';
import { isolate, rejoin } from './isolate.ts';
import { GRACE_SECONDS, started } from './launch.ts';
import { markedBy } from './marks.ts';
import { cutOf, powerStateOf, workOn } from './powerState.ts';
import { standing } from './selector.ts';
import type { Site } from './site.ts';
import { tarOf } from './tar.ts';

const STARTING = 'starting';
const STOPPING = 'stopping';
const CUTTING = 'being killed';
/** A stop goes on to killing by itself. */
const ON_ITS_WAY: Readonly<Record<PowerTarget, readonly string[]>> = {
  running: [STARTING],
  stopped: [STOPPING, CUTTING],
  cut: [CUTTING],
  isolated: [],
};

/** Docker has no condition on these calls: a change by someone else between our reading and our writing is not seen. */
export function dockerPower(site: Site): Power {
  type Act = (it: ContainerInfo, signal: AbortSignal, orders: readonly string[]) => Promise<void>;
  const act: Readonly<Record<PowerTarget, Act>> = {
    async running(it, signal, orders) {
      await rejoin(site, it);
      if (it.State === 'running') return;
      const docker = await site.docker();
      if (markedBy(it.Labels)) await docker.getContainer(it.Id).putArchive(tarOf(FOLDER, startFiles(orders)), { path: '/' });
      await site.jobs.start(it.Id, STARTING, signal, () => started(site, it.Id));
    },
    stopped: (it, signal) =>
      site.jobs.start(it.Id, STOPPING, signal, async () => {
        const docker = await site.docker();
        await docker
          .getContainer(it.Id)
          .stop({ t: GRACE_SECONDS })
          .catch((error: unknown) => {
            if (!isNoChange(error)) throw error;
          });
      }),
    cut: (it, signal) =>
      site.jobs.start(cutOf(it.Id), CUTTING, signal, async () => {
        const docker = await site.docker();
        await docker
          .getContainer(it.Id)
          .kill()
          .catch((error: unknown) => {
            if (!isCode(error, 'Conflict')) throw error;
          });
      }),
    async isolated(it) {
      if (it.State !== 'running') throw new DriverError('Conflict', `${nameOf(it)} does not run: only what runs can be isolated`);
      await isolate(site, it);
    },
  };

  return {
    async read(ref, { signal }) {
      return powerStateOf(site, await standing(site, ref, signal), signal);
    },

    async write(ref, to, expected, { signal }, restore) {
      const all = await standing(site, ref, signal);
      if (all.length === 0) throw new DriverError('NotFound', 'nothing stands there; check the selector');
      const before = await powerStateOf(site, all, signal);
      if (before.power === READS_AS[to]) return before;
      const works = all.flatMap((it) => workOn(site, it));
      if (works.some((work) => ON_ITS_WAY[to].includes(work))) return before;
      if (before.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
      if (works.length > 0 && to !== 'cut')
        throw new DriverError('Unavailable', `${before.detail ?? 'its power is changing'}: it can be written again once that is done`);
      const orders = ordersFor(all, restore);
      await Promise.all(all.map((it) => act[to](it, signal, orders)));
      return powerStateOf(site, await standing(site, ref, signal), signal);
    },
  };
}

/** Throws Unsupported, and changes nothing, where nothing in the container would read them. */
function ordersFor(all: readonly ContainerInfo[], restore: Readonly<Record<string, Fetchable>> = {}): string[] {
  const orders = restoreLines(restore);
  const foreign = all.find((it) => !markedBy(it.Labels));
  if (orders.length > 0 && foreign)
    throw new DriverError('Unsupported', `${nameOf(foreign)} was not put there by Muster, nothing in it restores data: restore it by hand`);
  return orders;
}
