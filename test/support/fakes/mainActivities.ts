import { ApplicationFailure } from '@temporalio/common';
import type { Activities, Check, EnsureInput, FenceInput, FenceSeen, PowerInput, Ready } from '../../../activities/contract.ts';
import type { Deps } from '../../../activities/deps.ts';
import { runActivities } from '../../../activities/runs.ts';
import { makeRecord, shortForm } from '../../../drills/record.ts';
import { ProviderError } from '../../../providers/errors.ts';
import type { Kind, PowerState } from '../../../providers/spec.ts';
import { pause } from './pause.ts';
import { sameRoute } from './routes.ts';
import type { FakeSite } from './site.ts';
import { addressOf, type Thing } from './thing.ts';
import type { FakeWorld } from './world.ts';

export type Runs = Pick<Activities, 'lookUpRun' | 'awaitClosed' | 'holderOf'>;

/** What a worker knows of other runs, it asks of the server: the real ones do it here too. */
export function runsAt(deps: Pick<Deps, 'client' | 'namespace'>): Runs {
  return runActivities({ ...(deps as Deps), installation: 'fake', sites: [], routes: [] });
}

/** The fake activities of the main task queue, on one world. They fail with the codes that the real ones fail with. */
export function mainActivities(world: FakeWorld, runs: Runs): Activities {
  return {
    ...runs,

    async preflight(plan) {
      const checks: Check[] = [plan.from.site, plan.to.site]
        .filter((site) => site !== plan.from.site || !plan.declaredLost)
        .map((site) => {
          const { reachable } = world.site(site);
          return {
            name: `site ${site}`,
            ok: reachable,
            blocking: site === plan.to.site || plan.mode !== 'unplanned',
            detail: reachable ? `fake at ${site} answers` : `${site} does not answer`,
          };
        });
      return { checks, gaps: [] };
    },

    async ensureReady<K extends Kind>(input: EnsureInput<K>): Promise<Ready<K>> {
      const { site: name, id, spec } = input;
      const site = world.site(name).reach();
      const found = site.find(id);
      if (found && found.made !== JSON.stringify(spec)) throw new ProviderError('Conflict', 'fake', `${id.role} at ${name} is there with another spec`);
      const thing = found ?? (await made(world, site, input));
      if (thing.ill) throw fail('Unavailable', `${id.role} at ${name} was not healthy: answered 503`);
      if ('witnesses' in spec && site.leaks)
        throw fail('Unavailable', `${id.role} at ${name}: ${spec.witnesses.map(addressOf).join(', ')} can be reached from inside`);
      const status = 'witnesses' in spec ? { denied: spec.witnesses } : { endpoints: { [thing.port]: [thing.endpoint] } };
      const now = new Date().toISOString();
      return { observation: { id, nativeId: thing.nativeId, phase: 'ready', status } as Ready<K>['observation'], readyAt: now, healthyAt: now };
    },

    async remove({ site: name, id, routes }) {
      const site = world.site(name).reach();
      const thing = site.find(id);
      if (!thing) return {};
      for (const route of routes) {
        const hit = world.routes.read(route).targets.find((target) => addressOf(target) === addressOf(thing.endpoint));
        if (hit) throw new ProviderError('Denied', 'fake', `${id.role} is not removed: route ${route} points at ${addressOf(hit)}`);
      }
      world.remove(site, thing);
      return { nativeId: thing.nativeId };
    },

    setPower: (input) => setPower(world, input),

    async readPower({ site, ref }) {
      return powerOf(world.site(site).reach().at(ref));
    },

    async readRoute({ route }) {
      return world.routes.read(route);
    },

    async switchRoute({ route, value, expected }) {
      const now = world.routes.read(route);
      return sameRoute(now, value) && now.version !== expected ? now : world.routes.write(route, value, expected);
    },

    async restoreRoute({ route, value }) {
      const now = world.routes.read(route);
      return sameRoute(now, value) ? now : world.routes.write(route, value, now.version);
    },

    async cutRoute() {
      return true;
    },

    async latestRecoveryPoint({ prefix, notAfter }) {
      return world.store.newest(prefix, notAfter);
    },

    async awaitRecoveryPoint({ prefix, after, withinSeconds }) {
      const end = Date.now() + withinSeconds * world.pace.secondMs;
      for (;;) {
        const point = world.store.newest(prefix);
        if (point && point.consistentAt > after) return point;
        if (Date.now() >= end) return undefined;
        await pause(10);
      }
    },

    witnessFence: (input) => witnessFence(world, input),

    async runScript({ name }) {
      return world.scripts.get(name) ?? { ok: true, exitCode: 0, output: '' };
    },

    async leftovers({ site, filter }) {
      try {
        return { found: world.site(site).reach().list(filter), detail: `looked at ${site}` };
      } catch (error) {
        return { found: 'unknown', detail: `${site} could not be seen: ${String(error)}` };
      }
    },

    async emptyPrefix({ prefix }) {
      if (!/^drill\/[0-9a-f]{16}\//.test(prefix.key)) throw ApplicationFailure.nonRetryable(`${prefix.key} is not a drill's own prefix`, 'Invalid');
      return world.store.empty(prefix.key);
    },

    async writeEvidence({ plan, run, entries, startedAt }) {
      world.journals.set(run.workflowId, entries);
      return shortForm(makeRecord(plan, run, entries, startedAt), 'in memory');
    },

    async examine() {
      return {
        workerClock: new Date().toISOString(),
        reached: Object.values(world.sites).map(({ name, reachable }) => ({ what: `site ${name}`, ok: reachable, detail: '' })),
      };
    },

    async configuration() {
      return { installation: world.name, sites: Object.keys(world.sites), routes: world.routes.names() };
    },
  };
}

/** A writer waits for the lease of its data before it answers. */
async function made(world: FakeWorld, site: FakeSite, { kind, id, spec, withinSeconds }: EnsureInput): Promise<Thing> {
  const end = Date.now() + withinSeconds * world.pace.secondMs;
  for (;;) {
    const thing = world.make(site, kind, id, spec);
    if (thing) return thing;
    if (Date.now() >= end) throw fail('Unavailable', `${id.role} at ${site.name} was not healthy within ${withinSeconds} s: it waits for its lease`);
    await pause(10);
  }
}

async function setPower(world: FakeWorld, { site: name, ref, to, withinSeconds, restore = {} }: PowerInput) {
  const thing = world.site(name).reach().at(ref);
  const before = powerOf(thing);
  const issuedAt = new Date().toISOString();
  if (!thing) throw fail('NotFound', `nothing at ${name} is what the power is to be set of`);
  if (to === 'running') {
    for (const [data, { key }] of Object.entries(restore)) {
      const copy = thing.data[data];
      if (copy && thing.power !== 'running') copy.markers = [...(world.store.points.get(key) ?? [])];
    }
    const end = Date.now() + withinSeconds * world.pace.secondMs;
    while (thing.power !== 'running' && !world.start(thing) && Date.now() < end) await pause(10);
  } else world.stop(thing, to);
  const after = powerOf(thing);
  const wanted = to === 'cut' ? 'stopped' : to;
  if (after.power !== wanted) throw fail('Unavailable', `${thing.id?.role} at ${name} was not ${wanted} in time: it is ${after.power}`);
  return { before, after, issuedAt };
}

async function witnessFence(world: FakeWorld, { site, power, leases, lost }: FenceInput): Promise<FenceSeen[]> {
  const ends = () => Promise.all(Object.entries(leases).map(([data, { at, ttlSeconds }]) => leaseGone(world, data, at.key, ttlSeconds)));
  if (lost) {
    const ended = await ends();
    if (ended.length > 0 && ended.every(({ witness }) => witness)) return ended;
  }
  const off = Object.entries(power).map(([component, ref]): FenceSeen => {
    const what = `${component} at ${site}`;
    try {
      const thing = world.site(site).reach().at(ref);
      if (thing) world.stop(thing, 'cut');
      return thing?.power === 'stopped' ? { what, witness: 'power off', detail: `${what} seen stopped` } : { what, detail: `${what} not seen stopped` };
    } catch (error) {
      return { what, detail: `${what} could not be asked: ${String(error)}` };
    }
  });
  if (off.length > 0 && off.every(({ witness }) => witness)) return off;
  return [...off, ...(await ends())];
}

async function leaseGone(world: FakeWorld, data: string, key: string, ttlSeconds: number): Promise<FenceSeen> {
  const what = `writer of ${data}`;
  const end = Date.now() + 2 * ttlSeconds * world.pace.secondMs;
  while (Date.now() < end) {
    world.renew();
    const lease = world.store.leases.get(key);
    if (!lease) return { what, detail: `there is no storage lease of ${data}` };
    if (lease.released) return { what, witness: 'lease released', detail: `storage lease of ${data} released` };
    if (lease.until < Date.now()) return { what, witness: 'lease expired', detail: `storage lease of ${data} expired` };
    await pause(10);
  }
  return { what, detail: `storage lease of ${data} was not seen to end` };
}

function powerOf(thing: Thing | undefined): PowerState {
  if (!thing) return { power: 'absent', version: '0', endpoints: {} };
  return { power: thing.power, version: String(thing.version), endpoints: { [thing.port]: [thing.endpoint] } };
}

function fail(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable: true });
}
