import type { RecoveryPoint } from '../activities/contract.ts';
import type { ComponentRef, Plan } from '../drills/plan.ts';
import { act } from './act.ts';
import { putBack } from './putBack.ts';
import { standingAt } from './standing.ts';
import { leasesOf } from './steps/fence.ts';
import { addUndo, type Recovery } from './recovery.ts';

/** Over some seconds: what is gone for longer is for the lock to try again. */
const REACH_ATTEMPTS = 8;

/**
 * Brings the service home with its data: sees the source there and off, stops the target politely (its last recovery
 * point holds every write), sees that it cannot write any more, starts the source with that data, and puts the route back
 * as it was. Used by the run and, when the run was terminated, by its lock. Throws when a condition is missing; the
 * target then keeps its data, and serves on where it was the source that did not answer.
 */
export async function moveBack(recovery: Recovery): Promise<void> {
  const { plan } = recovery;
  if (!recovery.state.home) {
    await stillSource(recovery);
    const gone = await goneFromTarget(recovery);
    if (recovery.state.writer === 'target') await wakeTarget(recovery, gone);
    await stopTarget(recovery, gone);
    const back = await newer(recovery);
    recovery.keep({ writer: 'nobody' });
    for (const component of plan.components) await startSource(recovery, component, back);
    // Tried again, a source that serves must not be given a recovery point that is older than what it holds.
    recovery.keep({ home: true });
  }
  const { routeBefore: value, routeSet: set = [] } = recovery.state;
  if (value) await putBack(recovery, { route: plan.route, value, set, summary: `point ${plan.route} back at ${plan.from.site}` });
  // The source serves again: what was registered to bring it back is done.
  recovery.keep({ writer: 'source', undo: recovery.state.undo.filter((undo) => undo.do !== 'power') });
}

/** A source that was lost may be back, running with what it had then: it must not write before it has the rest. */
async function stillSource(recovery: Recovery): Promise<void> {
  const { plan, state } = recovery;
  const { site } = plan.from;
  const known = state.undo.flatMap((undo) => (undo.do === 'power' ? [undo.component] : []));
  const others = plan.components.filter(({ component }) => !known.includes(component));
  if (others.length > 0)
    addUndo(recovery, ...others.map(({ component }) => ({ do: 'power' as const, site, component, ref: standingAt(plan, component), to: 'running' as const })));
  const to = plan.mode === 'unplanned' && plan.from.capabilities.power.includes('cut') ? 'cut' : 'stopped';
  const orders = plan.components.map(({ component }) =>
    act(
      'setPower',
      { summary: `see that ${component} at ${site} is there, and off`, within: 40, attempts: REACH_ATTEMPTS },
      { site, ref: standingAt(plan, component), to, withinSeconds: 40 },
    ),
  );
  await Promise.all(orders);
}

/** Components that somebody removed from the target: what they wrote after their last recovery point went with them, and nothing is left to be kept. */
async function goneFromTarget(recovery: Recovery): Promise<ReadonlySet<string>> {
  const site = recovery.plan.to.site;
  const gone = new Set<string>();
  for (const { component, id } of recovery.state.made) {
    const { power } = await act('readPower', { summary: `see whether ${component} is still at ${site}`, within: 10 }, { site, ref: { id } });
    if (power !== 'absent') continue;
    gone.add(component);
    recovery.note({ type: 'finding', text: `${component} is gone from ${site}: somebody removed it, with what it had written after its last recovery point` });
  }
  return gone;
}

/**
 * What has ended by itself at the target may hold writes that are in no recovery point: it is started again, so that a
 * polite end brings them out. Where it cannot be started, it holds the only copy and stays (safety rule 4).
 */
async function wakeTarget(recovery: Recovery, gone: ReadonlySet<string>): Promise<void> {
  const { plan, state } = recovery;
  const site = plan.to.site;
  for (const { component, id } of state.made) {
    const ref = plan.components.find((each) => each.component === component);
    if (!ref || gone.has(component) || Object.keys(ref.data).length === 0) continue;
    const { power } = await act('readPower', { summary: `see whether ${component} still runs at ${site}`, within: 10 }, { site, ref: { id } });
    if (power === 'running') continue;
    recovery.note({ type: 'finding', text: `${component} at ${site} had ended by itself; it was started again to bring out what it had written` });
    const within = ref.health?.withinSeconds ?? 60;
    await act(
      'setPower',
      { summary: `start ${component} at ${site} again for what it had written`, within: within + 10 },
      { site, ref: { id }, to: 'running', withinSeconds: within, ...(ref.health ? { health: ref.health } : {}) },
    );
  }
}

async function stopTarget(recovery: Recovery, gone: ReadonlySet<string>): Promise<void> {
  const { plan, state } = recovery;
  const site = plan.to.site;
  const there = state.made.filter(({ component }) => !gone.has(component));
  for (const { component, id } of there.toReversed()) {
    await act('setPower', { summary: `shut down ${component} at ${site}`, within: 60 }, { site, ref: { id }, to: 'stopped', withinSeconds: 60 });
  }
  const power = Object.fromEntries(there.map(({ component, id }) => [component, { id }]));
  const seen = await act(
    'witnessFence',
    { summary: `see that ${site} cannot write any more`, within: 60 },
    // Of what cannot be seen any more its leases tell, asked first.
    { site, power, leases: leasesOf(plan), callSeconds: 10, ...(gone.size > 0 ? { lost: true } : {}) },
  );
  for (const { what, witness, detail } of seen) if (witness) recovery.note({ type: 'fenced', what, witness, detail });
  const missing = seen.filter(({ witness }) => !witness);
  if (missing.length > 0) throw new RangeError(`${site} is not fenced: ${missing.map(({ detail }) => detail).join('; ')}`);
}

/** Recovery points newer than those the target started from. None = nothing was written there, and the source's own data is the newest. */
async function newer(recovery: Recovery): Promise<Record<string, RecoveryPoint>> {
  const back: Record<string, RecoveryPoint> = {};
  for (const { component, data } of recovery.plan.components) {
    for (const [name, set] of Object.entries(data)) {
      const point = await act(
        'latestRecoveryPoint',
        { summary: `find the newest recovery point of ${component}/${name}`, within: 30 },
        { prefix: set.recovery },
      );
      if (!point || point.key === recovery.state.startedFrom[`${component}/${name}`]) continue;
      back[`${component}/${name}`] = point;
      recovery.note({ type: 'recovery-point', component, data: name, key: point.key, consistentAt: point.consistentAt, way: 'back' });
    }
  }
  return back;
}

async function startSource({ plan }: { readonly plan: Plan }, component: ComponentRef, back: Readonly<Record<string, RecoveryPoint>>): Promise<void> {
  const ref = standingAt(plan, component.component);
  const restore = Object.fromEntries(
    Object.keys(component.data).flatMap((name) => {
      const point = back[`${component.component}/${name}`];
      return point ? [[name, { store: point.store, key: point.key, sha256: point.sha256 }]] : [];
    }),
  );
  const within = component.health?.withinSeconds ?? 60;
  await act(
    'setPower',
    { summary: `start ${component.component} at ${plan.from.site}${Object.keys(restore).length > 0 ? ' with its data' : ''}`, within: within + 10 },
    {
      site: plan.from.site,
      ref,
      to: 'running',
      withinSeconds: within,
      ...(Object.keys(restore).length > 0 ? { restore } : {}),
      ...(component.health ? { health: component.health } : {}),
    },
  );
}
