import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { PowerState, PowerTarget } from '../spec.ts';
import type { App } from './answers.ts';
import { markedBy } from './labels.ts';
import { powerStateOf } from './powerState.ts';
import { standing } from './selector.ts';
import type { Site } from './site.ts';

/** How far back to look for what an app had before it was suspended. */
const MOST_VERSIONS = 25;

/**
 * By suspending: Marathon has no condition on that, so a change by someone else between our reading and our writing is not seen. Nothing is
 * written down on the app: how many instances it had stands in its own versions.
 */
export function marathonPower(site: Site): Power {
  const { marathon } = site;
  const act: Readonly<Record<PowerTarget, (all: readonly App[], signal: AbortSignal) => Promise<void>>> = {
    async running(all, signal) {
      const suspended = all.filter(({ instances }) => instances === 0);
      // All that is to be known first: half of them started is worse than none.
      const before = await Promise.all(suspended.map(async (app) => [app.id, await instancesBefore(site, app, signal)] as const));
      for (const [id, instances] of before) await marathon.scale(id, instances, signal);
    },
    async stopped(all, signal) {
      for (const { id, instances } of all) if (instances > 0) await marathon.scale(id, 0, signal);
    },
    cut: refuse,
    isolated: refuse,
  };

  return {
    async read(ref, { signal }) {
      return powerStateOf(await standing(site, ref, signal));
    },

    async write(ref, to, expected, { signal }) {
      const all = await standing(site, ref, signal);
      if (all.length === 0) throw new DriverError('NotFound', 'nothing stands there; check the selector');
      const before: PowerState = powerStateOf(all);
      if (before.power === to) return before;
      if (before.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
      if (all.some(({ deployments }) => deployments.length > 0))
        throw new DriverError('Unavailable', `${before.detail ?? 'a deployment is under way'}: it can be written again once that is done`);
      await act[to](all, signal);
      return powerStateOf(await standing(site, ref, signal));
    },
  };
}

async function refuse(): Promise<void> {
  throw new DriverError('Unsupported', 'Marathon can suspend an app and no more');
}

/** What Muster put there says itself how many it had; of everything else the newest version that had some. */
async function instancesBefore({ marathon }: Site, app: App, signal: AbortSignal): Promise<number> {
  const mark = markedBy(app);
  if (mark) return mark.replicas;
  for (const version of (await marathon.versions(app.id, signal)).slice(0, MOST_VERSIONS)) {
    const { instances } = await marathon.version(app.id, version, signal);
    if (instances) return instances;
  }
  throw new DriverError('Unsupported', `${app.id} had no instances in any of its last ${MOST_VERSIONS} versions: scale it by hand`);
}
