import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { startDrill } from '../../cli/startDrill.ts';
import type { ShortForm } from '../../drills/record.ts';
import type { RunState } from '../../drills/undo.ts';
import { DEMO_APPROVER } from '../../lab/ordersProject.ts';
import { approve, status } from '../../workflows/messages.ts';
import type { drill } from '../../workflows/drill.ts';
import type { CrashStand } from './crashStand.ts';

const LOOK_MS = 40;
const LONGEST_SECONDS = 150;

export interface Ran {
  readonly handle: WorkflowHandle<typeof drill>;
  /** Absent when the run did not come to its end. */
  readonly result?: ShortForm;
  /** As the server calls it, such as COMPLETED. */
  readonly status: string;
  /** Where a run stands that did not end in time. */
  readonly stuck?: string;
  /** As the run left it in its memo. */
  readonly state?: RunState;
  readonly startedAt: string;
  readonly seconds: number;
}

/** Told of each phase that was seen; phases that pass within a few milliseconds may be left out. */
export type OnPhase = (phase: string, handle: WorkflowHandle<typeof drill>) => void | Promise<void>;

/** One drill from start to end, approved on the way. A server or worker that is away is waited for. */
export async function drillOnce({ stand, plan }: CrashStand, onPhase: OnPhase = () => undefined): Promise<Ran> {
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const handle = await startDrill(stand.client, plan);
  let phase = '';
  let approved: Promise<void> | undefined;
  for (;;) {
    const seen = await orAway(() => handle.describe());
    const now = phaseOf(seen);
    if (now !== phase && now !== '') {
      phase = now;
      await onPhase(phase, handle);
    }
    if (phase === 'disrupt') approved ??= approveIt(handle);
    const seconds = (performance.now() - began) / 1000;
    const closed = seen !== undefined && seen.status.name !== 'RUNNING';
    if (!closed && seconds > LONGEST_SECONDS)
      return { handle, status: seen?.status.name ?? 'not seen', stuck: await whereItStands(handle), startedAt, seconds };
    if (closed) {
      const result = seen.status.name === 'COMPLETED' ? await handle.result() : undefined;
      const state = seen.memo?.['state'] as RunState | undefined;
      return { handle, status: seen.status.name, startedAt, seconds, ...(result ? { result } : {}), ...(state ? { state } : {}) };
    }
    await sleep(LOOK_MS);
  }
}

async function whereItStands(handle: WorkflowHandle<typeof drill>): Promise<string> {
  const now = await orAway(() => handle.query(status));
  const steps = (now?.steps ?? [])
    .filter(({ state }) => state !== 'done' && state !== 'waiting')
    .map(({ name, state, error }) => `${name} ${state}${error ? `: ${error}` : ''}`);
  return now ? `in phase ${now.phase}, ${steps.join('; ')}` : 'and does not answer';
}

/** Undefined while the server is away. */
export async function orAway<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

export function phaseOf(seen: WorkflowExecutionDescription | undefined): string {
  return String(seen?.searchAttributes['DrillPhase']?.[0] ?? '');
}

/** The same update id at each attempt: it is answered once, whatever happens to server and worker meanwhile. */
async function approveIt(handle: WorkflowHandle<typeof drill>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const answer = await orAway(() => handle.executeUpdate(approve, { updateId: 'approval', args: [{ by: DEMO_APPROVER }] }));
    if (answer !== undefined) return;
    await sleep(200);
  }
}
