import { upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { ShortForm } from '../drills/record.ts';
import { act } from './act.ts';
import { upsert } from './attributes.ts';
import type { Run } from './run.ts';

/** Computes and keeps the record; its short form is the workflow's result, in the memo and in the search attributes. */
export async function conclude(run: Run): Promise<ShortForm> {
  const { workflowId, runId } = workflowInfo();
  const evidence = { plan: run.plan, run: { workflowId, runId }, startedAt: run.startedAt, entries: run.journal.entries };
  const result = await act('writeEvidence', { summary: 'compute measures and verdict, write the record', within: 30 }, evidence);
  const { verdict, rtoMet, rpoMet, rtaSeconds, rpaSeconds, gaps, leftovers } = result;
  upsert({
    DrillVerdict: verdict,
    DrillPhase: 'conclude',
    OpenGaps: gaps.length,
    Gaps: gaps,
    ...(rtoMet === undefined ? {} : { RtoMet: rtoMet }),
    ...(rpoMet === undefined ? {} : { RpoMet: rpoMet }),
    ...(rtaSeconds === undefined ? {} : { RtaSeconds: rtaSeconds }),
    ...(rpaSeconds === undefined ? {} : { RpaSeconds: rpaSeconds }),
    ...(typeof leftovers === 'number' ? { Leftovers: leftovers } : {}),
  });
  upsertMemo({ result });
  return result;
}
