import { condition } from '@temporalio/workflow';
import type { PlannedStep } from '../../drills/plan.ts';
import type { Asked } from '../messages.ts';
import { Stopped, type Run } from '../run.ts';
import type { Scene } from './scene.ts';

type Answer = { readonly decision: 'approved' | 'rejected'; readonly asked: Asked };

/** One open question at a time: answers are taken by the run's update handlers. */
export class Approvals {
  #open: PlannedStep | undefined;
  #answer: Answer | undefined;
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Why this person may not answer now; undefined when they may. */
  refusal({ by }: Asked): string | undefined {
    const approval = this.#open?.approval;
    if (!approval) return 'nothing is waiting for approval';
    if (this.#answer) return `it is ${this.#answer.decision} already by ${this.#answer.asked.by}`;
    if (by === this.#run.plan.requestedBy) return `${by} asked for this run: a second person must approve it`;
    const people = this.#run.plan.roles[approval.role] ?? [];
    if (!people.includes(by)) return `${by} does not have the role ${approval.role}; it is held by ${people.join(', ')}`;
    return undefined;
  }

  answer(answer: Answer): void {
    this.#answer ??= answer;
  }

  async wait({ run, step }: Scene): Promise<void> {
    const { approval } = step;
    if (!approval) return;
    const askedAt = new Date().toISOString();
    this.#answer = undefined;
    this.#open = step;
    run.waitFor(step.name, {
      what: 'approval',
      step: step.name,
      role: approval.role,
      people: run.plan.roles[approval.role] ?? [],
      until: new Date(Date.now() + approval.expires * 1000).toISOString(),
    });
    await condition(() => this.#answer !== undefined || run.stopping !== undefined, approval.expires * 1000, {
      summary: `waiting for ${approval.role} to approve ${approval.before}`,
    });
    this.#open = undefined;
    run.waitFor(step.name, undefined);
    this.#settle(run, approval.before, askedAt);
  }

  #settle(run: Run, before: string, askedAt: string): void {
    const answer: Answer | undefined = this.#answer;
    if (!answer) {
      if (run.stopping !== undefined) throw new Stopped(run.stopping);
      run.note({ type: 'approval', by: 'nobody', asserted: false, before, askedAt, decision: 'expired' });
      run.stop({ type: 'stopped', how: 'expired', by: 'nobody', reason: `approval before ${before} expired` });
      throw new Stopped('approval expired');
    }
    const { decision, asked } = answer;
    run.note({ type: 'approval', by: asked.by, asserted: true, before, askedAt, decision, ...(asked.reason === undefined ? {} : { reason: asked.reason }) });
    if (decision === 'approved') {
      run.note({ type: 'clock', point: 't2' });
      return;
    }
    run.stop({ type: 'stopped', how: 'rejected', by: asked.by, reason: `rejected by ${asked.by}: ${asked.reason ?? 'no reason given'}` });
    throw new Stopped('rejected');
  }
}
