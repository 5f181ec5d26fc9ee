import { CancellationScope, condition, isCancellation, upsertMemo, workflowInfo } from '@temporalio/workflow';
import { Journal, type Happening } from '../drills/journal.ts';
import { markOf } from '../drills/mark.ts';
import type { Phase, Plan, PlannedStep, Uses } from '../drills/plan.ts';
import type { Needs } from '../drills/template.ts';
import { CLEAN, type RunState } from '../drills/undo.ts';
import type { Mark, RouteValue } from '../providers/spec.ts';
import type { RecoveryPoint } from '../activities/contract.ts';
import { isFault, reasonOf } from './act.ts';
import { upsert } from './attributes.ts';
import type { RunStatus, StepStatus } from './messages.ts';
import type { Recovery } from './recovery.ts';
import { showDetails } from './show.ts';

/** Thrown to leave the script; what follows is decided by what has been done so far. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

interface Ended {
  readonly startedAt: string;
  readonly attempts: number;
  readonly result: 'done' | 'failed' | 'skipped' | 'aborted';
  readonly error: string | undefined;
}

type Decision = { readonly verdict: 'retry' } | { readonly verdict: 'skip'; readonly by: string; readonly reason: string };

/** How long a run's things may outlive its limit before a sweeper may take them. */
const GRACE_SECONDS = 3600;

/** One drill while it runs: journal, state, and what operators have asked for. */
export class Run implements Recovery {
  readonly plan: Plan;
  readonly mark: Mark;
  readonly journal = new Journal();
  /** What acts on sites runs in here: an abort cancels it and leaves undo and measuring alone. */
  readonly acts = new CancellationScope();
  readonly startedAt = new Date().toISOString();
  /** Endpoints of what was started at the target. */
  needs: Needs = {};
  /** What each data set starts from at the target. */
  points: Readonly<Record<string, RecoveryPoint>> = {};
  /** The live route as it stood before anything was touched. */
  sourceTargets: RouteValue['targets'] = [];
  t0: string | undefined;
  recoveredAt: string | undefined;
  /** It did not answer when it was to be cut. */
  sourceLost = false;
  /** The first thing that showed that the runner itself is broken. */
  broken: unknown;
  #state: RunState = CLEAN;
  #stopping: string | undefined;
  /** A person wanted it to stop, or the lack of one: then nothing that failed before decides how the run ends. */
  #stoppedByPeople = false;
  #steps: StepStatus[];
  readonly #decisions = new Map<string, Decision>();
  readonly #waiting = new Map<string, NonNullable<RunStatus['waitingFor']>>();

  constructor(plan: Plan) {
    this.plan = plan;
    const { namespace, workflowId } = workflowInfo();
    const expires = new Date(Date.now() + (plan.limitSeconds + GRACE_SECONDS) * 1000).toISOString();
    this.mark = { installation: plan.installation, run: markOf(namespace, workflowId), expires };
    this.#steps = plan.steps.map(({ name, phase }) => ({ name, phase, state: 'waiting' }));
  }

  get state(): RunState {
    return this.#state;
  }

  keep(change: Partial<RunState>): void {
    this.#state = { ...this.#state, ...change };
    upsertMemo({ state: this.#state });
  }

  note(happening: Happening, at?: string): void {
    this.journal.add(happening, at);
  }

  fault(error: unknown): void {
    if (isFault(error)) this.broken ??= error;
  }

  enter(phase: Phase): void {
    if (this.#state.phase === phase) return;
    this.#state = { ...this.#state, phase };
    this.note({ type: 'phase', phase });
    upsert({ DrillPhase: phase });
  }

  get stopping(): string | undefined {
    return this.#stopping;
  }

  /** Leaves the script as soon as the act under way has come to rest. The first reason counts. */
  stop(happening: Extract<Happening, { type: 'stopped' | 'gave-up' }>): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = happening.reason;
    this.#stoppedByPeople = happening.type === 'stopped';
    this.note(happening);
    this.acts.cancel();
  }

  status(): RunStatus {
    const [waitingFor] = this.#waiting.values();
    return {
      phase: this.#state.phase,
      steps: this.#steps,
      ...(waitingFor ? { waitingFor } : {}),
      ...(this.t0 ? { t0: this.t0 } : {}),
      ...(this.recoveredAt ? { recoveredAt: this.recoveredAt } : {}),
      ...(this.#stopping === undefined ? {} : { stopping: this.#stopping }),
    };
  }

  waitFor(step: string, waiting: NonNullable<RunStatus['waitingFor']> | undefined): void {
    if (waiting) this.#waiting.set(step, waiting);
    else this.#waiting.delete(step);
    showDetails(this);
  }

  /** Undefined when the step may be decided on, else why not. */
  refusal(step: string, verdict: Decision['verdict']): string | undefined {
    const planned = this.plan.steps.find((each) => each.name === step);
    if (!planned) return `there is no step ${step}`;
    if (verdict === 'skip' && planned.fixed) return `step ${step} is fixed: it can be retried or the run aborted, never skipped (safety rule 1)`;
    const waiting = this.#waiting.get(step);
    if (waiting?.what !== 'decision') return `step ${step} is not waiting for a decision`;
    if (this.#decisions.has(step)) return `it is decided already what becomes of step ${step}`;
    return undefined;
  }

  decide(step: string, decision: Decision): void {
    this.#decisions.set(step, decision);
  }

  /** Records what runs outside the script: it can be neither decided on nor stopped. */
  async outside<T>(uses: Uses, body: () => Promise<T>): Promise<T> {
    const planned = this.plan.steps.find((each) => each.uses === uses);
    const startedAt = new Date().toISOString();
    if (planned) this.#mark(planned, { state: 'running', startedAt });
    let error: string | undefined;
    try {
      return await body();
    } catch (thrown) {
      error = reasonOf(thrown);
      throw thrown;
    } finally {
      if (planned) this.#ended(planned, { startedAt, attempts: 1, result: error === undefined ? 'done' : 'failed', error });
    }
  }

  /** Runs one step to its end: done, skipped by a person, or the run stops. */
  async step(planned: PlannedStep, body: () => Promise<void>): Promise<void> {
    for (let attempts = 1; ; attempts++) {
      if (this.#stopping !== undefined) throw new Stopped(this.#stopping);
      const startedAt = new Date().toISOString();
      this.#mark(planned, { state: 'running', startedAt });
      const end = (result: Ended['result'], error?: string) => this.#ended(planned, { startedAt, attempts, result, error });
      try {
        await this.acts.run(body);
        end('done');
        return;
      } catch (error) {
        if (this.#stopping !== undefined || isCancellation(error) || error instanceof Stopped) {
          end('aborted', reasonOf(error));
          throw error instanceof Stopped ? error : new Stopped(this.#stopping ?? reasonOf(error));
        }
        const reason = reasonOf(error);
        end('failed', reason);
        const decision = await this.#decisionOn(planned, error);
        if (decision.verdict === 'retry') continue;
        this.note({ type: 'deviation', step: planned.name, by: decision.by, text: `skipped: ${decision.reason}` });
        end('skipped', reason);
        return;
      }
    }
  }

  async #decisionOn(planned: PlannedStep, thrown: unknown): Promise<Decision> {
    const { patienceSeconds } = this.plan;
    const error = reasonOf(thrown);
    this.#mark(planned, { state: 'paused', error });
    this.waitFor(planned.name, { what: 'decision', step: planned.name, error, until: new Date(Date.now() + patienceSeconds * 1000).toISOString() });
    this.#decisions.delete(planned.name);
    const decided = () => this.#decisions.has(planned.name) || this.#stopping !== undefined;
    const inTime = patienceSeconds > 0 && (await condition(decided, patienceSeconds * 1000, { summary: `step ${planned.name} failed: retry, skip or abort?` }));
    this.waitFor(planned.name, undefined);
    const decision = this.#decisions.get(planned.name);
    if (decision && this.#stopping === undefined) return decision;
    if (!inTime) this.stop({ type: 'gave-up', reason: `step ${planned.name} failed and nobody decided within ${patienceSeconds} s: ${error}` });
    if (!this.#stoppedByPeople) this.fault(thrown);
    throw new Stopped(this.#stopping ?? error);
  }

  #ended(planned: PlannedStep, { startedAt, attempts, result, error }: Ended): void {
    const { name, uses, phase, site } = planned;
    const times = { startedAt, endedAt: new Date().toISOString() };
    const why = error === undefined ? {} : { error };
    this.#mark(planned, { state: result, ...times, ...why });
    this.note({ type: 'step', name, uses, phase, ...times, attempts, result, ...(site ? { site } : {}), ...why });
  }

  #mark(planned: PlannedStep, change: Partial<StepStatus>): void {
    this.#steps = this.#steps.map((each) => (each.name === planned.name ? { ...each, ...change } : each));
    showDetails(this);
  }
}
