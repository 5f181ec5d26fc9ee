import { randomUUID } from 'node:crypto';
import type { How } from '../faults.ts';
import { checkRules } from './definition.ts';
import type { Json } from './json.ts';
import { refusals } from './refusal.ts';
import type { Scheduler } from './scheduler.ts';
import type { Timers } from './timers.ts';
import type { App, Deployment, World } from './world.ts';

interface Change {
  readonly appId: string;
  /** Undefined: it is to be gone. */
  readonly definition: Json | undefined;
  readonly force: boolean;
  readonly how: How | undefined;
}

/** Changes of apps. Each is a deployment, seen at once in what is asked for, and later in what runs. */
export class Deployments {
  readonly #world: World;
  readonly #scheduler: Scheduler;
  readonly #timers: Timers;
  #last = 0;

  constructor(world: World, scheduler: Scheduler, timers: Timers) {
    this.#world = world;
    this.#scheduler = scheduler;
    this.#timers = timers;
  }

  /** Refuses what is locked, unless forced: then what locks it is called off. */
  change({ appId, definition, force, how }: Change): Deployment {
    const { apps, deployments, mostDeployments } = this.#world;
    const before = apps.get(appId);
    if (definition) checkRules(definition);
    const locking = [...deployments.values()].filter((each) => each.appId === appId).map(({ id }) => id);
    if (locking.length > 0 && !force) throw refusals.locked(locking);
    for (const id of locking) deployments.delete(id);
    if (how?.kind === 'quota' || deployments.size >= mostDeployments) throw refusals.tooManyDeployments(mostDeployments);
    const version = this.#version();
    const slower = how?.kind === 'slowOperation' ? how.ms : 0;
    const deployment: Deployment = {
      id: randomUUID(),
      version,
      appId,
      action: actionOf(before, definition),
      notBefore: Date.now() + slower,
      before: before && { definition: before.definition },
    };
    deployments.set(deployment.id, deployment);
    this.#put(appId, before, definition, version, how);
    this.#scheduler.run();
    if (slower > 0) this.#timers.after(slower + 5, () => this.#scheduler.run());
    return deployment;
  }

  /** Back to what was there before, by a deployment of its own; forced: it just ends, in the middle. */
  cancel(id: string, force: boolean): Deployment | undefined {
    const found = this.#world.deployments.get(id);
    if (!found) throw refusals.noDeployment(id);
    if (!force) return this.change({ appId: found.appId, definition: found.before?.definition, force: true, how: undefined });
    this.#world.deployments.delete(id);
    return undefined;
  }

  #put(id: string, before: App | undefined, definition: Json | undefined, version: string, how: How | undefined): void {
    const { apps, versions } = this.#world;
    if (!definition) {
      apps.delete(id);
      versions.delete(id);
      return;
    }
    const changed = !before || !sameConfig(before.definition, definition);
    apps.set(id, {
      id,
      definition,
      version,
      lastScalingAt: version,
      lastConfigChangeAt: changed ? version : before.lastConfigChangeAt,
      ...(before?.lastFailure && { lastFailure: before.lastFailure }),
      since: Date.now(),
      failures: 0,
      notBefore: 0,
      noOffers: how?.kind === 'capacity',
      fails: how?.kind === 'bootFailure' || (before?.fails ?? false),
    });
    const all = versions.get(id) ?? new Map<string, Json>();
    versions.set(id, all.set(version, definition));
  }

  /** An instant of its own for each. */
  #version(): string {
    this.#last = Math.max(Date.now(), this.#last + 1);
    return new Date(this.#last).toISOString();
  }
}

function actionOf(before: App | undefined, after: Json | undefined): Deployment['action'] {
  if (!before) return after ? 'StartApplication' : 'StopApplication';
  if (!after) return 'StopApplication';
  return sameConfig(before.definition, after) ? 'ScaleApplication' : 'RestartApplication';
}

/** Whether they differ in no more than how many there are. */
function sameConfig(a: Json, b: Json): boolean {
  const config = (app: Json): string =>
    JSON.stringify(
      Object.entries(app)
        .filter(([key]) => key !== 'instances')
        .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    );
  return config(a) === config(b);
}
