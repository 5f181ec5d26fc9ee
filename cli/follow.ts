import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { createLogUpdate } from 'log-update';
import { onStderr as pc } from './paint.ts';
import type { Plan } from '../drills/plan.ts';
import type { ShortForm } from '../drills/record.ts';
import { showSeconds } from '../drills/units.ts';
import type { drill } from '../workflows/drill.ts';
import { status, type RunStatus, type StepState, type StepStatus } from '../workflows/messages.ts';
import { lastProbe } from './lastProbe.ts';

const POLL_MS = 250;
const QUERY_MS = 3000;

const MARK: Record<StepState, string> = {
  waiting: pc.dim('·'),
  running: pc.cyan('▶'),
  paused: pc.yellow('‖'),
  done: pc.green('✔'),
  failed: pc.red('✘'),
  skipped: pc.yellow('↷'),
  aborted: pc.yellow('■'),
};

interface Followed {
  readonly objectives: Plan['objectives'];
  /** Ctrl-C: leaves the run alone. */
  readonly signal: AbortSignal;
  /** Called at each look, for what a demo does by itself. */
  readonly onStatus?: (status: RunStatus) => Promise<void>;
}

/**
 * Follows a run on stderr until it ends or `signal` is aborted (undefined then). In a terminal the steps stand still and
 * the clock runs; elsewhere each change is one plain line.
 */
export async function follow(client: Client, handle: WorkflowHandle<typeof drill>, followed: Followed): Promise<ShortForm | undefined> {
  const view = process.stderr.isTTY && process.env['TERM'] !== 'dumb' ? liveView() : lineView();
  const ended = new AbortController();
  // A call that is still under way when its connection is closed would end the whole process.
  const result = client.withAbortSignal(followed.signal, () => handle.result()).finally(() => ended.abort());
  result.catch(() => undefined);
  const stop = AbortSignal.any([followed.signal, ended.signal]);
  while (!stop.aborted) {
    const seen = await look(client, handle);
    if (seen.status) {
      view.show(seen.status, clockLine(seen.status, followed.objectives, seen.probe));
      await followed.onStatus?.(seen.status);
    }
    await sleep(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  if (followed.signal.aborted) {
    view.end();
    return undefined;
  }
  const last = await look(client, handle);
  if (last.status) view.show(last.status, undefined);
  view.end();
  return result.catch((error: unknown) => {
    throw error instanceof WorkflowFailedError ? withoutVerdict(handle.workflowId, error) : error;
  });
}

/** The runner broke, or somebody ended the run from outside: nothing is said about the service. */
function withoutVerdict(id: string, error: WorkflowFailedError): Error {
  const { cause } = error;
  const how = cause instanceof TerminatedFailure ? 'was terminated from outside' : cause instanceof TimeoutFailure ? 'timed out' : 'broke';
  return new Error(
    `${id} ${how} and has no verdict: ${cause?.message ?? error.message}; its lock cleans up after it, see what is left with: npx muster sweep --dry-run`,
    { cause: error },
  );
}

/** A query needs a worker: while it is away the run goes on and the view waits. */
async function look(client: Client, handle: WorkflowHandle<typeof drill>): Promise<{ status?: RunStatus; probe?: string }> {
  try {
    const [now, description] = await client.withDeadline(Date.now() + QUERY_MS, () => Promise.all([handle.query(status), handle.describe()]));
    const probe = lastProbe(description);
    return { status: now, ...(probe === undefined ? {} : { probe }) };
  } catch {
    return {};
  }
}

function clockLine({ t0, recoveredAt, waitingFor, stopping }: RunStatus, { rtoSeconds }: Plan['objectives'], probe: string | undefined): string | undefined {
  const parts: string[] = [];
  if (t0 !== undefined && recoveredAt === undefined) {
    const gone = (Date.now() - Date.parse(t0)) / 1000;
    parts.push(`gone for ${showSeconds(gone)} of ${showSeconds(rtoSeconds)}${gone > rtoSeconds ? ', over the target' : ''}`);
  }
  if (t0 !== undefined && recoveredAt !== undefined) parts.push(`back after ${showSeconds((Date.parse(recoveredAt) - Date.parse(t0)) / 1000)}`);
  if (probe !== undefined) parts.push(`service ${probe}`);
  if (waitingFor?.what === 'approval') parts.push(`waiting for ${waitingFor.role} to approve (${waitingFor.people.join(', ')})`);
  if (waitingFor?.what === 'decision') parts.push(`step ${waitingFor.step} failed: retry, skip or abort?`);
  if (stopping !== undefined) parts.push(`stopping: ${stopping}`);
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

interface View {
  show(status: RunStatus, clock: string | undefined): void;
  end(): void;
}

function liveView(): View {
  const log = createLogUpdate(process.stderr);
  return {
    show({ steps }, clock) {
      const lines = steps.filter(({ state }) => state !== 'waiting').map(line);
      const next = steps.find(({ state }) => state === 'waiting');
      log([...lines, ...(next ? [pc.dim(`  · ${next.name}`)] : []), ...(clock === undefined ? [] : ['', `  ${pc.bold(clock)}`])].join('\n'));
    },
    end: () => log.done(),
  };
}

const CLOCK_EVERY_MS = 5000;

function lineView(): View {
  const seen = new Map<string, string>();
  let saidAt = 0;
  return {
    show({ steps }, clock) {
      for (const step of steps) {
        if (step.state === 'waiting' || seen.get(step.name) === step.state) continue;
        seen.set(step.name, step.state);
        if (step.state !== 'running') process.stderr.write(`${line(step)}\n`);
      }
      if (clock === undefined || Date.now() - saidAt < CLOCK_EVERY_MS) return;
      saidAt = Date.now();
      process.stderr.write(`    ${clock}\n`);
    },
    end: () => undefined,
  };
}

function line({ name, state, startedAt, endedAt, error }: StepStatus): string {
  const took = startedAt !== undefined && endedAt !== undefined ? showSeconds((Date.parse(endedAt) - Date.parse(startedAt)) / 1000) : '';
  return `  ${MARK[state]} ${name.padEnd(18)} ${state === 'done' ? '' : `${state} `}${pc.dim(took)}${error === undefined ? '' : ` ${pc.red(error.split('\n')[0] ?? '')}`}`.trimEnd();
}
