import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../drills/checkPlan.ts';
import type { Plan, PlannedStep } from '../../drills/plan.ts';
import { ANCHORS } from '../../drills/schema/drill.ts';
import { MODES } from '../../drills/schema/names.ts';
import { planOf } from '../support/plans.ts';

const own = (name: string, after: string) => ({ name, after, run: './own.sh', undo: 'none', repeat: 'safe' });
const full = {
  verify: [{ name: 'smoke', run: './smoke.sh' }],
  approve: [{ role: 'payments' }, { before: 'cutover', role: 'payments' }],
  steps: ANCHORS.map((after) => own(`own-${after}`, after)),
};
const plans = MODES.map((mode) => planOf('acme', { mode, fenced: true, drill: full }));

const without = (plan: Plan, test: (step: PlannedStep) => boolean): Plan => ({ ...plan, steps: plan.steps.filter((step) => !test(step)) });
const withEach = (plan: Plan, change: (step: PlannedStep) => Partial<PlannedStep>): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => ({ ...step, ...change(step) })),
});
const live = planOf('acme', { drill: full });
const isolated = planOf('acme', { mode: 'isolated', fenced: true, drill: full });

describe('a plan that we make', () => {
  it.each(MODES)('may run in mode %s, with and without steps of its own', (mode) => {
    expect(checkPlan(planOf('acme', { mode }))).toEqual([]);
    expect(checkPlan(planOf('acme', { mode, fenced: true, drill: full }))).toEqual([]);
  });

  it('may have any steps of its own after any phases', () => {
    const steps = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^x-[a-z]{1,8}$/), after: fc.constantFrom(...ANCHORS) }), {
      selector: ({ name }) => name,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.constantFrom(...MODES), steps, (mode, chosen) => {
        expect(checkPlan(planOf('acme', { mode, drill: { steps: chosen.map(({ name, after }) => own(name, after)) } }))).toEqual([]);
      }),
    );
  });
});

describe('a plan that was tampered with is refused', () => {
  it('when any of its fixed steps is missing', () => {
    for (const plan of plans) {
      for (const { name, uses } of plan.steps.filter((step) => step.uses !== 'script')) {
        // The approval before the cutover is the drill's own wish.
        if (name === 'approve cutover') continue;
        expect(checkPlan(without(plan, (step) => step.name === name)), `${plan.mode} without ${name} (${uses})`).not.toEqual([]);
      }
    }
  });

  it('when a fixed step stands anywhere else', () => {
    for (const plan of plans) {
      const { steps } = plan;
      fc.assert(
        fc.property(fc.nat(steps.length - 1), fc.nat(steps.length - 1), (from, to) => {
          fc.pre(from !== to && steps[from]!.uses !== 'script');
          const moved = steps.toSpliced(from, 1).toSpliced(to, 0, steps[from]!);
          const order = (list: readonly PlannedStep[]) => list.filter(({ uses }) => uses !== 'script').map(({ uses }) => uses);
          // Only steps of a drill's own were passed by: then it is they that must complain, or not be torn from their phase.
          fc.pre(order(moved).join() !== order(steps).join());
          expect(checkPlan({ ...plan, steps: moved })).not.toEqual([]);
        }),
      );
    }
  });

  it.each<[string, Plan, RegExp]>([
    [
      'a fixed step may be skipped',
      withEach(live, ({ uses }) => (uses === 'fence' ? { fixed: false } : {})),
      /step fence is fixed, and the plan lets it be skipped/,
    ],
    ['a required component may be skipped', withEach(live, ({ name }) => (name === 'start db' ? { fixed: false } : {})), /step start db is fixed/],
    ['a step plays another', withEach(live, ({ uses }) => (uses === 'fence' ? { uses: 'script' as const } : {})), /fixed step fence, and it is missing/],
    [
      'a fixed step is of another phase',
      withEach(live, ({ uses }) => (uses === 'fence' ? { phase: 'restore' as const } : {})),
      /step fence is not of phase restore/,
    ],
    ['two steps have one name', withEach(live, ({ name }) => (name === 'own-start' ? { name: 'fence' } : {})), /there are two steps fence/],
    [
      'an own step stands where none may',
      withEach(live, ({ name }) => (name === 'own-start' ? { phase: 'fence' as const } : {})),
      /stands in phase fence, where no step of a drill's own may stand/,
    ],
    [
      'an own step stands between fixed ones',
      { ...live, steps: [live.steps.find(({ name }) => name === 'own-start')!, ...live.steps.filter(({ name }) => name !== 'own-start')] },
      /does not stand after phase start/,
    ],
    [
      'a component starts before what it needs',
      withEach(live, ({ name }) => (name === 'start api' ? { wave: 0 } : {})),
      /api needs db and does not start after it/,
    ],
    ['a component is not started', without(live, ({ name }) => name === 'start api'), /nothing starts api/],
    ['a check is left out', without(live, ({ name }) => name === 'smoke'), /check smoke is not among the steps/],
    ['nobody approves it', without(live, ({ name }) => name === 'approve disrupt'), /needs the approval of a second person/],
    [
      'it is approved too late',
      withEach(live, ({ approval }) => (approval ? { approval: { ...approval, before: 'cutover' as const } } : {})),
      /approve disrupt does not stand before what it approves/,
    ],
    ['an isolated drill switches the live route', { ...isolated, switches: isolated.route }, /mode isolated must not switch orders/],
    ['an isolated drill has no fence where it could', without(isolated, ({ uses }) => uses === 'isolate'), /fixed step isolate, and it is missing/],
    ['it moves a workload to where it is', { ...live, to: live.from }, /fra is both source and target/],
    ['a planned drill declares its source lost', { ...planOf('acme', { mode: 'planned' }), declaredLost: { by: 'kim', how: 'so' } }, /only an unplanned drill/],
  ])('when %s', (_, plan, problem) => {
    expect(checkPlan(plan).join('; ')).toMatch(problem);
  });

  it('by the file already, when an own step is to stand where none may', () => {
    for (const after of ['lock', 'disrupt', 'fence', 'cleanup', 'sweep']) expect(() => planOf('acme', { drill: { steps: [own('own', after)] } })).toThrow();
  });

  it('by the flag already, when it asks for a mode that the drill does not name', () => {
    expect(() => planOf('acme', { mode: 'unplanned', drill: { modes: ['rehearse'] } })).toThrow(/the drill allows rehearse/);
    expect(() => planOf('acme', { mode: 'planned', drill: { approve: undefined } })).toThrow(/a live mode needs a second person/);
  });
});
