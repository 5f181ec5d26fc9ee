import { CancellationScope, condition, continueAsNew, log, setHandler, workflowInfo } from '@temporalio/workflow';
import { markOf } from '../drills/mark.ts';
import type { Plan } from '../drills/plan.ts';
import { CLEAN, needsFailback, type RunState } from '../drills/undo.ts';
import { act, reasonOf } from './act.ts';
import { moveBack } from './failback.ts';
import { release, tryAgain } from './messages.ts';
import type { Recovery } from './recovery.ts';
import { sweepRun } from './sweepRun.ts';
import { unwind } from './unwind.ts';

export type LockInput =
  | {
      readonly kind: 'workload';
      readonly plan: Plan;
      readonly holder: string;
      readonly holderRun: string;
      /** Handed on by itself, when its history has grown long: the run is over, and this is what is left to undo. */
      readonly left?: RunState | 'unknown';
      readonly asked?: boolean;
    }
  /** Let go no earlier than the workload's lock. */
  | { readonly kind: 'route'; readonly behind: string };

type Mine = Extract<LockInput, { kind: 'workload' }>;

/** An activity of a terminated run may act until its heartbeat time-out has passed. */
const APART_SECONDS = 4;
const AGAIN_SECONDS = 60;

/**
 * Holds a workload or a route for one run. Let go by the run when it is clean. When the run closed without that
 * (terminated, or ended dirty), the workload's lock brings everything back and sweeps, again and again until it is clean.
 */
export async function lock(input: LockInput): Promise<string> {
  let released: { readonly clean: boolean } | undefined;
  let parentGone = false;
  let again = input.kind === 'workload' && input.asked === true;
  setHandler(release, (how) => {
    released ??= how;
  });
  setHandler(tryAgain, () => {
    again = true;
  });
  CancellationScope.current().cancelRequested.catch(() => {
    parentGone = true;
  });
  return CancellationScope.nonCancellable(async () => {
    if (input.kind === 'workload' && input.left !== undefined) return cleanUp(input);
    await condition(() => released !== undefined || parentGone);
    if (released?.clean) return 'let go by its run';
    if (input.kind === 'route') {
      await act('awaitClosed', { summary: `wait for ${input.behind}`, within: 0, endless: true }, { workflowId: input.behind });
      return 'let go with the workload';
    }
    await act('awaitClosed', { summary: `wait until ${input.holder} is closed`, within: 0, endless: true }, { workflowId: input.holder });
    return cleanUp(input);
  });

  async function cleanUp(mine: Mine): Promise<string> {
    let recovery = mine.left === undefined || mine.left === 'unknown' ? undefined : recoveryFrom(mine, mine.left);
    for (;;) {
      // Asked for once: what is undone from then on stands in it and nowhere else.
      recovery ??= await leftBy(mine);
      // A source that was declared lost is called when a person says that it is there again, and not before.
      const waitsForPeople = mine.plan.declaredLost !== undefined && recovery !== undefined && needsFailback(recovery.state);
      const may = again || !waitsForPeople;
      again = false;
      if (recovery && may && (await bringBack(recovery))) return `${mine.holder} ended without clean-up; its lock cleaned up`;
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof lock>({ ...mine, left: recovery?.state ?? 'unknown', asked: again });
      if (waitsForPeople) await condition(() => again);
      else await condition(() => again, AGAIN_SECONDS * 1000, { summary: 'not clean yet; look again' });
    }
  }
}

/** What a run that is gone left undone, from the state in its memo; undefined while nothing sure is known of it. */
async function leftBy(mine: Mine): Promise<Recovery | undefined> {
  const { holder, holderRun } = mine;
  const seen = await act('lookUpRun', { summary: `read what ${holder} left undone`, within: 15 }, { workflowId: holder, runId: holderRun }).catch(
    (error: unknown) => {
      log.warn('not known yet', { holder, reason: reasonOf(error) });
    },
  );
  if (seen?.status !== 'closed') return undefined;
  return recoveryFrom(mine, seen.state ?? CLEAN);
}

function recoveryFrom({ plan, holder }: Mine, left: RunState): Recovery {
  let state = left;
  return {
    plan,
    mark: { installation: plan.installation, run: markOf(workflowInfo().namespace, holder), expires: 'never' },
    get state() {
      return state;
    },
    keep(change) {
      state = { ...state, ...change };
    },
    note(happening) {
      log.info(happening.type, { ...happening });
    },
    fault(error) {
      log.warn('not done yet', { holder, reason: reasonOf(error) });
    },
  };
}

/** Failback, undo and sweep for a run that is gone. True when nothing is left. */
async function bringBack(recovery: Recovery): Promise<boolean> {
  try {
    if (needsFailback(recovery.state)) await moveBack(recovery);
    await unwind(recovery);
    return (await sweepRun(recovery, APART_SECONDS)) && recovery.state.undo.length === 0;
  } catch (error) {
    log.warn('not clean yet', { mark: recovery.mark.run, reason: reasonOf(error) });
    return false;
  }
}
