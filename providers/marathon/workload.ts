import type { Call, Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { isSame, matches } from '../marks.ts';
import type { Observation, ResourceId } from '../spec.ts';
import type { App } from './answers.ts';
import { definitionOf } from './definition.ts';
import { MarathonError } from './errors.ts';
import { isLabelled, LABEL, type Marked, markedBy } from './labels.ts';
import { isLacking, observationOf } from './observation.ts';
import { appIdOf, type Site } from './site.ts';

interface Seen {
  readonly app: App;
  readonly mark: Marked;
}

export function marathonWorkload(site: Site): Owned<'workload'> {
  const { marathon, config } = site;

  /** What holds the app id of this id, and whose it is. */
  const look = async (id: ResourceId, signal: AbortSignal): Promise<{ ours?: Seen; foreign?: App }> => {
    const app = await marathon.app(appIdOf(site, id), signal);
    if (!app) return {};
    const mark = markedBy(app);
    return mark && isSame(mark.id, id) ? { ours: { app, mark } } : { foreign: app };
  };

  const observed = async ({ app, mark }: Seen, signal: AbortSignal): Promise<Observation<'workload'>> => {
    if (!isLacking(app)) return observationOf(app, mark, undefined, config.offersWithin);
    const { waiting, at } = await marathon.queue(signal);
    return observationOf(app, mark, { waiting: waiting.find((each) => each.app?.id === app.id), at }, config.offersWithin);
  };

  const adopted = async (id: ResourceId, { signal, digest }: Call): Promise<Seen | undefined> => {
    const { ours, foreign } = await look(id, signal);
    if (foreign) throw new DriverError('Conflict', `${foreign.id} is there and does not carry our whole mark; rename the component`);
    if (ours && ours.mark.digest !== digest) throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
    return ours;
  };

  return {
    async ensure(id, spec, call) {
      const there = await adopted(id, call);
      if (there) return observed(there, call.signal);
      const mark: Marked = { id, digest: call.digest, replicas: spec.replicas };
      try {
        // POST makes what is not there; PUT would change what somebody put there in the meantime.
        const app = await marathon.create(definitionOf(site, id, spec, call), call.signal);
        return observationOf(app, mark, undefined, config.offersWithin);
      } catch (error) {
        const made = error instanceof MarathonError && error.status === 409 && !error.isLocked ? await adopted(id, call) : undefined;
        if (!made) throw error;
        return observed(made, call.signal);
      }
    },

    async observe(id, { signal }) {
      const { ours, foreign } = await look(id, signal);
      if (ours) return observed(ours, signal);
      if (foreign) return undefined;
      // An app is gone from the list at once, and its tasks end afterwards.
      const nativeId = appIdOf(site, id);
      const ending = (await marathon.deployments(signal)).some(({ affectedApps }) => affectedApps.includes(nativeId));
      return ending ? { id, nativeId, phase: 'removing', detail: 'its tasks are ending' } : undefined;
    },

    async remove(id, { signal }) {
      const { ours, foreign } = await look(id, signal);
      if (foreign) throw new DriverError('Denied', `${foreign.id} does not carry our whole mark; remove it by hand if it may go`);
      if (!ours) return;
      try {
        await marathon.remove(ours.app.id, signal);
      } catch (error) {
        if (!(error instanceof MarathonError && error.isLocked)) throw error;
        await takeBack(ours.app.id, error, signal);
      }
    },

    async *list(filter, { signal }) {
      const selectors = [isLabelled(LABEL.installation, filter.installation), ...(filter.run === undefined ? [] : [isLabelled(LABEL.run, filter.run)])];
      for (const app of await marathon.apps(selectors.join(','), signal)) {
        const mark = markedBy(app);
        if (mark && matches(filter, mark.id)) yield { kind: 'workload', id: mark.id, nativeId: app.id };
      }
    },
  };

  /** A start that may never be done, for want of offers, is rolled back: that removes the app. Everything else is waited for. */
  async function takeBack(appId: string, locked: MarathonError, signal: AbortSignal): Promise<void> {
    const locking = (await marathon.deployments(signal)).filter(({ affectedApps }) => affectedApps.includes(appId));
    const [deployment, ...more] = locking;
    if (!deployment) return marathon.remove(appId, signal);
    const starts = deployment.steps.some(({ actions }) => actions.some(({ action, app }) => action === 'StartApplication' && app === appId));
    const alone = more.length === 0 && deployment.affectedApps.length === 1 && deployment.affectedPods.length === 0;
    if (!starts || !alone) throw locked;
    await marathon.rollBack(deployment.id, signal);
  }
}
