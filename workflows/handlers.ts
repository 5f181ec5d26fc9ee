import { setHandler } from '@temporalio/workflow';
import { abort, approve, reject, retry, skip, status } from './messages.ts';
import type { Run } from './run.ts';
import type { Approvals } from './steps/approve.ts';

/** What operators may ask of a run. Validators refuse what cannot be; a refused update leaves no trace in the history. */
export function listen(run: Run, approvals: Approvals): void {
  const refuse = (why: string | undefined) => {
    if (why !== undefined) throw new RangeError(why);
  };
  const named = ({ by }: { by: string }) => refuse(by.trim() ? undefined : 'say who you are');
  const reasoned = ({ reason }: { reason: string }) => refuse(reason?.trim() ? undefined : 'give a reason');

  setHandler(status, () => run.status(), { description: 'The run as it stands' });
  setHandler(
    approve,
    (asked) => {
      approvals.answer({ decision: 'approved', asked });
      return `approved by ${asked.by}`;
    },
    {
      description: 'A second person agrees: {"by": "name", "reason": "optional"}',
      validator: (asked) => {
        named(asked);
        refuse(approvals.refusal(asked));
      },
    },
  );
  setHandler(
    reject,
    (asked) => {
      approvals.answer({ decision: 'rejected', asked });
      return `rejected by ${asked.by}`;
    },
    {
      description: 'A second person refuses: {"by": "name", "reason": "why"}',
      validator: (asked) => {
        named(asked);
        reasoned(asked);
        refuse(approvals.refusal(asked));
      },
    },
  );
  setHandler(
    abort,
    ({ by, reason }) => {
      run.stop({ type: 'stopped', how: 'abort', by, reason });
      return 'stopping: undo and clean-up run now';
    },
    {
      description: 'Leaves the script, undoes and cleans up: {"by": "name", "reason": "why"}',
      validator: (asked) => {
        named(asked);
        reasoned(asked);
        refuse(run.stopping === undefined ? undefined : `already stopping: ${run.stopping}`);
      },
    },
  );
  setHandler(
    retry,
    ({ step }) => {
      run.decide(step, { verdict: 'retry' });
      return `trying ${step} again`;
    },
    {
      description: 'Tries a failed step again: {"step": "name", "by": "name"}',
      validator: (asked) => {
        named(asked);
        refuse(run.refusal(asked.step, 'retry'));
      },
    },
  );
  setHandler(
    skip,
    ({ step, by, reason }) => {
      run.decide(step, { verdict: 'skip', by, reason });
      return `skipping ${step}`;
    },
    {
      description: 'Goes on without a failed step, as a deviation: {"step": "name", "by": "name", "reason": "why"}',
      validator: (asked) => {
        named(asked);
        reasoned(asked);
        refuse(run.refusal(asked.step, 'skip'));
      },
    },
  );
}
