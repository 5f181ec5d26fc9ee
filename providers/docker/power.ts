import type { ContainerInfo } from 'dockerode';
import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { Fetchable, PowerState, PowerTarget } from '../spec.ts';
import { restoreLines } from '../userData/restore.ts';
import { FOLDER, startFiles } from './boot.ts';
import { nameOf } from './containers.ts';
import { isCode, isNoChange } from './errors.ts';
import { isolate, rejoin } from './isolate.ts';
import { GRACE_SECONDS, started } from './launch.ts';
import { markedBy } from './marks.ts';
import { powerStateOf } from './powerState.ts';
import { standing } from './selector.ts';
import type { Site } from './site.ts';
import { tarOf } from './tar.ts';

const READS_AS: Readonly<Record<PowerTarget, PowerState['power']>> = { running: 'running', stopped: 'stopped', cut: 'stopped', isolated: 'isolated' };

/** Docker has no condition on these calls: a change by someone else between our reading and our writing is not seen. */
export function dockerPower(site: Site): Power {
  type Act = (it: ContainerInfo, signal: AbortSignal, orders: readonly string[]) => Promise<void>;
  const act: Readonly<Record<PowerTarget, Act>> = {
    async running(it, signal, orders) {
      await rejoin(site, it);
      if (it.State === 'running') return;
      const docker = await site.docker();
      if (markedBy(it.Labels)) await docker.getContainer(it.Id).putArchive(tarOf(FOLDER, startFiles(orders)), { path: '/' });
      await site.jobs.start(it.Id, 'starting', signal, () => started(site, it.Id));
    },
    stopped: (it, signal) =>
      site.jobs.start(it.Id, 'stopping', signal, async () => {
        const docker = await site.docker();
        await docker
          .getContainer(it.Id)
          .stop({ t: GRACE_SECONDS })
          .catch((error: unknown) => {
            if (!isNoChange(error)) throw error;
          });
      }),
    cut: (it, signal) =>
      site.jobs.start(`${it.Id} cut`, 'being killed', signal, async () => {
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
      if (before.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
      const busy = all.find(({ Id }) => site.jobs.underWay(Id) !== undefined);
      if (busy && to !== 'cut') throw new DriverError('Unavailable', `${before.detail ?? 'its power is changing'}: it can be written again once that is done`);
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
