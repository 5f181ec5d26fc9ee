import { uptime } from 'node:os';

/** Seconds on a clock that nobody sets. On Linux it goes on while the machine sleeps, so that a sleeper wakes up without its lease. */
export function monotonic(): number {
  return process.platform === 'linux' ? uptime() : performance.now() / 1000;
}
