import { scriptActivities } from '../../activities/script.ts';
import { all, type Entry } from '../../drills/journal.ts';
import { Stand } from '../support/stand.ts';
import type { TestServer } from '../support/server.ts';

export const STEPS = 10;

const steps = Array.from({ length: STEPS }, (_, index) => ({ name: `noop-${index + 1}`, after: 'baseline', run: 'true', undo: 'none', repeat: 'safe' }));

/** Probing is not what is measured: the fakes' own would take the processor from the runner. */
const SLOW_PROBES = {
  probes: [{ name: 'service', http: 'GET /health', every: '500ms', timeout: '2s' }],
  canary: { append: 'POST /orders', list: 'GET /orders', tenant: 'canary', every: '500ms' },
};

/** The one real activity of these drills: it runs the program `true`. Everything around it answers at once. */
export const realScripts = scriptActivities({
  projectFolder: '/',
  environment: (names) => Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
});

export interface NoopRun {
  /** Seconds from the start of the first no-op step to the end of the last. */
  readonly stepsSeconds: number;
  /** From asking for the drill to its result. */
  readonly wholeSeconds: number;
  /** Milliseconds of each step, from its start to the start of the next. */
  readonly perStep: readonly number[];
  readonly eventsPerStep: number;
  readonly events: number;
}

/** A drill with ten steps of its own that do nothing. */
export async function noopDrill(server: TestServer): Promise<NoopRun> {
  const stand = new Stand(server, { mode: 'isolated', drill: { steps }, workload: SLOW_PROBES });
  const began = performance.now();
  const handle = await stand.start();
  await handle.result();
  const wholeSeconds = (performance.now() - began) / 1000;
  const own = all<Extract<Entry, { type: 'step' }>['type']>(stand.journal(handle), 'step').filter(({ uses }) => uses === 'script');
  const starts = own.map(({ startedAt }) => Date.parse(startedAt));
  const ends = own.map(({ endedAt }) => Date.parse(endedAt));
  const events = (await handle.fetchHistory()).events ?? [];
  const scheduled = events
    .filter(({ activityTaskScheduledEventAttributes: each }) => each?.activityType?.name === 'runScript')
    .map(({ eventId }) => Number(eventId));
  return {
    stepsSeconds: ((ends.at(-1) ?? 0) - (starts[0] ?? 0)) / 1000,
    wholeSeconds,
    perStep: starts.map((start, index) => (ends[index] ?? start) - start),
    eventsPerStep: ((scheduled.at(-1) ?? 0) - (scheduled[0] ?? 0)) / (STEPS - 1),
    events: events.length,
  };
}
