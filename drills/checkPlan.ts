import type { Phase, Plan, PlannedStep, Uses } from './plan.ts';
import type { CustomStep } from './schema/drill.ts';
import type { Mode } from './schema/names.ts';

type Fixed = Exclude<Uses, 'script'>;

const LIVE_ORDER: readonly Fixed[] = [
  'lock',
  'preflight',
  'baseline',
  'approve',
  'disrupt',
  'fence',
  'restore',
  'start',
  'approve',
  'cutover',
  'hold',
  'verify',
  'canary-read',
  'failback',
  'cleanup',
  'sweep',
  'conclude',
];

/** Fixed steps of each mode, in the only order in which they may stand. */
const ORDER: Readonly<Record<Mode, readonly Fixed[]>> = {
  rehearse: ['lock', 'preflight', 'baseline', 'conclude'],
  isolated: [
    'lock',
    'preflight',
    'baseline',
    'isolate',
    'restore',
    'start',
    'approve',
    'cutover',
    'hold',
    'verify',
    'canary-read',
    'cleanup',
    'sweep',
    'conclude',
  ],
  planned: LIVE_ORDER,
  unplanned: LIVE_ORDER,
};

/** Phases after which a step of a drill's own may stand. */
const ANCHORS: Readonly<Record<CustomStep['after'], true>> = {
  preflight: true,
  baseline: true,
  restore: true,
  start: true,
  cutover: true,
  verify: true,
  failback: true,
};

/** These may stand there more than once, or not at all where nothing asks for them. */
const ANY_NUMBER: ReadonlySet<Uses> = new Set<Uses>(['approve', 'start', 'verify']);

const PHASE_OF: Readonly<Record<Exclude<Fixed, 'approve'>, Phase>> = {
  lock: 'lock',
  preflight: 'preflight',
  baseline: 'baseline',
  disrupt: 'disrupt',
  fence: 'fence',
  isolate: 'fence',
  restore: 'restore',
  start: 'start',
  cutover: 'cutover',
  hold: 'verify',
  verify: 'verify',
  'canary-read': 'verify',
  failback: 'failback',
  cleanup: 'cleanup',
  sweep: 'sweep',
  conclude: 'conclude',
};

/**
 * Every way in which a plan breaks a safety rule, one plain sentence each; none = it may run. A plan is a run's input: it
 * may have been made by another version, or by hand.
 */
export function checkPlan(plan: Plan): string[] {
  return [...order(plan), ...marks(plan), ...starts(plan), ...checks(plan), ...scripts(plan), ...approvals(plan), ...placement(plan)];
}

function order({ mode, steps, to, unfenced }: Plan): string[] {
  const left = steps.filter(({ uses }) => uses !== 'script');
  const bare = unfenced !== undefined && !to.capabilities.kinds.includes('network');
  const missing: Fixed[] = [];
  for (const uses of ORDER[mode]) {
    const many = ANY_NUMBER.has(uses);
    if (left[0]?.uses !== uses) {
      if (!many && !(uses === 'isolate' && bare)) missing.push(uses);
      continue;
    }
    do left.shift();
    while (many && left[0]?.uses === uses);
  }
  return [
    ...missing.map((uses) => `mode ${mode} has the fixed step ${uses}, and it is ${left.some((each) => each.uses === uses) ? 'not in its place' : 'missing'}`),
    ...left
      .filter(({ uses }) => !missing.some((each) => each === uses))
      .map(({ name, uses }) => `step ${name} (${uses}) does not belong where it stands in mode ${mode}`),
  ];
}

function marks({ steps, components }: Plan): string[] {
  const optional = (each: PlannedStep) => each.uses === 'start' && components.some(({ component, required }) => component === each.component && !required);
  return [
    ...steps
      .filter((each) => each.uses !== 'script' && !each.fixed && !optional(each))
      .map(({ name }) => `step ${name} is fixed, and the plan lets it be skipped`),
    ...steps
      .filter(({ uses, phase }) => uses !== 'script' && uses !== 'approve' && PHASE_OF[uses] !== phase)
      .map(({ name, phase }) => `step ${name} is not of phase ${phase}`),
    ...repeated(steps.map(({ name }) => name)).map((name) => `there are two steps ${name}`),
  ];
}

function starts({ mode, steps, components }: Plan): string[] {
  if (mode === 'rehearse') return [];
  const started = steps.filter(({ uses }) => uses === 'start');
  const position = (component: string) => started.findIndex((each) => each.component === component);
  const wave = (component: string) => started[position(component)]?.wave ?? -1;
  return [
    ...components.filter(({ component }) => position(component) < 0).map(({ component }) => `nothing starts ${component}`),
    ...repeated(started.map(({ component = '' }) => component)).map((component) => `${component} is started twice`),
    ...started
      .filter(({ component }) => !components.some((each) => each.component === component))
      .map(({ name }) => `step ${name} starts what is no component`),
    ...components.flatMap(({ component, needs }) =>
      needs
        .filter((need) => position(need) >= position(component) || wave(need) >= wave(component))
        .map((need) => `${component} needs ${need} and does not start after it`),
    ),
  ];
}

/** What the drill wants verified is verified. */
function checks({ mode, steps, verify }: Plan): string[] {
  if (mode === 'rehearse') return [];
  const verified = steps.filter((each) => each.uses === 'verify' && each.script !== undefined).map(({ name }) => name);
  return verify.filter(({ name }) => !verified.includes(name)).map(({ name }) => `check ${name} is not among the steps`);
}

/** A step of the drill's own stands after the phase that it names, where nothing fixed is torn apart. */
function scripts({ steps }: Plan): string[] {
  return steps.flatMap((step, index) => {
    if (step.uses !== 'script') return [];
    if (!(step.phase in ANCHORS)) return [`step ${step.name} stands in phase ${step.phase}, where no step of a drill's own may stand`];
    const before = steps[index - 1];
    const inPlace = before?.phase === step.phase && !steps.slice(index + 1).some((each) => each.phase === step.phase && each.uses !== 'script');
    return inPlace ? [] : [`step ${step.name} does not stand after phase ${step.phase}`];
  });
}

function approvals({ mode, steps }: Plan): string[] {
  const asked = steps.flatMap((step, index) =>
    step.uses === 'approve' ? [{ ...step, next: steps.slice(index).find(({ uses }) => uses !== 'approve' && uses !== 'script') }] : [],
  );
  const live = mode === 'planned' || mode === 'unplanned';
  return [
    ...(live && !asked.some(({ approval }) => approval?.before === 'disrupt') ? ['a live mode needs the approval of a second person before disrupt'] : []),
    ...asked
      .filter(({ approval, phase, next }) => approval?.before !== phase || approval.before !== next?.uses)
      .map(({ name }) => `step ${name} does not stand before what it approves`),
  ];
}

function placement({ mode, from, to, route, switches, declaredLost }: Plan): string[] {
  const wanted = {
    rehearse: switches === undefined,
    isolated: switches !== undefined && switches !== route,
    planned: switches === route,
    unplanned: switches === route,
  };
  return [
    ...(wanted[mode] ? [] : [`mode ${mode} must not switch ${switches ?? 'nothing'}, where clients use ${route}`]),
    ...(from.site === to.site ? [`${from.site} is both source and target`] : []),
    ...(declaredLost && mode !== 'unplanned' ? [`only an unplanned drill may declare its source lost`] : []),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
