import { readFileSync } from 'node:fs';

/** Pid of the process that started this one, or that took it over; undefined when it has ended. */
export function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
