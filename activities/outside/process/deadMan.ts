import { statSync } from 'node:fs';
import { readPid } from '../pidFile.ts';
import type { Hosting } from './config.ts';

const CHECK_MS = 1000;

/**
 * Calls `end` once when nobody has touched the keep-alive file for so long, or when the pid file names somebody else. Goes by changes of the
 * file's time seen on the monotonic clock, so that a clock set in mid-drill ends nothing.
 */
export function watchDeadMan(hosting: Hosting, end: (why: string) => void): void {
  let touched: number | undefined;
  let since = performance.now();
  const timer = setInterval(() => {
    const now = statSync(hosting.keepAlive, { throwIfNoEntry: false })?.mtimeMs;
    if (now !== touched) {
      touched = now;
      since = performance.now();
    }
    const owner = readPid(hosting.pid);
    const why =
      performance.now() - since > hosting.deadManSeconds * 1000
        ? `not asked for since ${hosting.deadManSeconds} s`
        : owner?.pid !== process.pid
          ? 'the pid file names another'
          : undefined;
    if (!why) return;
    clearInterval(timer);
    end(why);
  }, CHECK_MS);
  timer.unref();
}
