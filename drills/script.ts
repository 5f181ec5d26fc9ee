import type { ComponentRef, Phase, PlannedStep, Uses } from './plan.ts';
import type { Approval, CustomStep, Drill } from './schema/drill.ts';
import { LIVE, type Mode } from './schema/names.ts';

interface Scene {
  readonly mode: Mode;
  readonly drill: Drill;
  /** In start order. */
  readonly components: readonly ComponentRef[];
  readonly from: string;
  readonly to: string;
  readonly route: string;
  readonly fenced: boolean;
  readonly holdSeconds: number;
  readonly deadlineSeconds: number;
}

type Draft = Omit<PlannedStep, 'wave' | 'fixed' | 'withinSeconds' | 'touches'> & Partial<PlannedStep>;

const step = (draft: Draft): PlannedStep => ({ wave: 0, fixed: true, withinSeconds: 30, touches: '', ...draft });

const simple = (uses: Uses, phase: Phase, withinSeconds: number, touches = '', site?: string): PlannedStep =>
  step({ name: uses, uses, phase, withinSeconds, touches, ...(site ? { site } : {}) });

/** The default script of a mode with the drill's own steps around the fixed ones. */
export function scriptFor(scene: Scene): PlannedStep[] {
  const { mode, drill, from, to } = scene;
  const opening = [
    simple('lock', 'lock', 10),
    simple('preflight', 'preflight', 60),
    simple('baseline', 'baseline', 30, mode === 'rehearse' ? '' : 'writes canary markers'),
  ];
  const closing = [simple('cleanup', 'cleanup', 60, `removes what the drill made at ${to}`), simple('sweep', 'sweep', 30), simple('conclude', 'conclude', 10)];
  const scripts: Record<Mode, () => PlannedStep[]> = {
    rehearse: () => [...opening, simple('conclude', 'conclude', 10)],
    isolated: () => [
      ...opening,
      ...(scene.fenced ? [simple('isolate', 'fence', 60, `makes a network without egress at ${to}`, to)] : []),
      simple('restore', 'restore', 30),
      ...starts(scene),
      ...approvals(drill, 'cutover'),
      simple('cutover', 'cutover', 15, `switches ${scene.route}`),
      ...proof(scene),
      ...closing,
    ],
    planned: () => live(scene, `shuts down the workload at ${from}`),
    unplanned: () => live(scene, drill.declaredLost ? '' : `cuts the workload at ${from} without shutting it down`),
  };
  const live = ({ route }: Scene, disrupts: string) => [
    ...opening,
    ...approvals(drill, 'disrupt'),
    simple('disrupt', 'disrupt', 30, disrupts, from),
    simple('fence', 'fence', 30, `sees to it that ${from} cannot write`, from),
    simple('restore', 'restore', 30),
    ...starts(scene),
    ...approvals(drill, 'cutover'),
    simple('cutover', 'cutover', 15, `switches ${route}: clients go to ${to}`),
    ...proof(scene),
    simple('failback', 'failback', 120, `stops ${to}, starts ${from} with its data, switches ${route} back`, from),
    ...closing,
  ];
  return withCustom(scripts[mode](), mode === 'rehearse' ? [] : drill.steps);
}

/** The first step from which on aborting costs an outage or data: `muster plan` prints it. */
export function pointOfNoReturn(steps: readonly PlannedStep[], mode: Mode): string | undefined {
  return LIVE.includes(mode) ? steps.find((each) => each.uses === 'disrupt')?.name : undefined;
}

function proof({ drill, holdSeconds, deadlineSeconds }: Scene): PlannedStep[] {
  return [
    step({ name: 'hold', uses: 'hold', phase: 'verify', withinSeconds: deadlineSeconds + holdSeconds }),
    ...drill.verify.map((each) =>
      step({
        name: each.name,
        uses: 'verify',
        phase: 'verify',
        withinSeconds: each.timeout,
        script: { run: list(each.run), repeat: 'safe', timeoutSeconds: each.timeout, reads: each.reads },
      }),
    ),
    step({ name: 'canary-read', uses: 'canary-read', phase: 'verify', withinSeconds: 20 }),
  ];
}

function starts({ components, to }: Scene): PlannedStep[] {
  const waves = new Map<string, number>();
  return components.map((component) => {
    const wave = Math.max(-1, ...component.needs.map((need) => waves.get(need) ?? 0)) + 1;
    waves.set(component.component, wave);
    const within = component.health?.withinSeconds ?? 60;
    const touches = `makes ${component.replicas === 1 ? component.component : `${component.replicas} × ${component.component}`} at ${to}`;
    return step({
      name: `start ${component.component}`,
      uses: 'start',
      phase: 'start',
      wave,
      fixed: component.required,
      site: to,
      component: component.component,
      withinSeconds: within,
      touches,
    });
  });
}

function approvals(drill: Drill, before: Approval['before']): PlannedStep[] {
  const wanted = drill.approve === undefined ? [] : Array.isArray(drill.approve) ? drill.approve : [drill.approve];
  return wanted
    .filter((each) => each.before === before)
    .map((approval, index, { length }) =>
      step({
        name: length === 1 ? `approve ${before}` : `approve ${before} ${index + 1}`,
        uses: 'approve',
        phase: before,
        withinSeconds: approval.expires,
        approval,
      }),
    );
}

function withCustom(steps: PlannedStep[], custom: readonly CustomStep[]): PlannedStep[] {
  const result = [...steps];
  for (const each of custom) {
    const anchor = result.findLastIndex((candidate) => candidate.phase === each.after);
    if (anchor < 0) continue;
    const script = {
      run: list(each.run),
      repeat: each.repeat,
      timeoutSeconds: each.timeout,
      reads: each.reads,
      ...(each.undo === 'none' ? {} : { undo: list(each.undo) }),
    };
    const wave = (result[anchor]?.wave ?? 0) + 1;
    result.splice(
      anchor + 1,
      0,
      step({ name: each.name, uses: 'script', phase: each.after, wave, fixed: false, withinSeconds: each.timeout, script, touches: `runs ${script.run[0]}` }),
    );
  }
  return result;
}

export function list(run: string | readonly string[]): readonly string[] {
  return typeof run === 'string' ? [run] : run;
}
