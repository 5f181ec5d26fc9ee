import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { identify } from '../../../providers/processes.ts';
import { writePid } from '../pidFile.ts';
import type { Hosting } from './config.ts';
import { watchDeadMan } from './deadMan.ts';
import { openLoop } from './openLoop.ts';
import { OrderedLines } from './orderedLines.ts';
import { SteadyClock } from './steadyClock.ts';

const LONGEST_GRACE_SECONDS = 2;
const SHORTEST_ATTEMPT_MS = 250;

interface Paced {
  readonly spec: { readonly everySeconds: number; readonly timeoutSeconds: number };
}

/** The life of an outside process: asks on the grid until SIGTERM or until nobody wants it any more, then writes what is still under way. */
export async function live(hosting: Hosting & Paced, ask: (at: Date) => Promise<object>): Promise<void> {
  const { first, spec } = hosting;
  const { everySeconds, timeoutSeconds } = spec;
  // Several addresses of a name are tried in turn; the first may be of a dead site.
  setDefaultAutoSelectFamilyAttemptTimeout(Math.max(SHORTEST_ATTEMPT_MS, Math.ceil((timeoutSeconds * 1000) / 3)));
  const ending = new AbortController();
  process.on('SIGTERM', () => ending.abort());
  const self = await identify(process.pid);
  if (self) writePid(hosting.pid, self);
  watchDeadMan(hosting, (why) => {
    console.error(`${new Date().toISOString()} ended: ${why}`);
    ending.abort();
  });

  const clock = new SteadyClock();
  const lines = new OrderedLines(hosting.lines);
  lines.add({ started: clock.now(), pid: process.pid, first, everySeconds, timeoutSeconds });
  const once = (): void => {
    const step = clock.step();
    if (step !== undefined) lines.add({ clockStep: step, at: clock.now() });
    lines.add(ask(clock.now()));
  };
  await openLoop(everySeconds, once, ending.signal);
  await lines.close(Math.min(timeoutSeconds, LONGEST_GRACE_SECONDS));
  // What still hangs must not keep it.
  process.exit(0);
}
