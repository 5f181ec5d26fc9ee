import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { ProcessIdentity } from '../../providers/processes.ts';

const livesSchema = z.object({ pid: z.number().int().positive(), start: z.string() });
const endedSchema = z.object({ endedBy: z.string() });

/** Undefined when there is none, or when it was ended on purpose. */
export function readPid(path: string): ProcessIdentity | undefined {
  return livesSchema.safeParse(read(path)).data;
}

export function writePid(path: string, { pid, start }: ProcessIdentity): void {
  replace(path, JSON.stringify({ pid, start }));
}

/** Notes that this activity ended the process on purpose: a retry of it must not start another. */
export function writeEnded(path: string, activity: string): void {
  replace(path, JSON.stringify({ endedBy: activity }));
}

export function wasEnded(path: string, activity: string): boolean {
  return endedSchema.safeParse(read(path)).data?.endedBy === activity;
}

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** In one go, so that a reader never sees half of it. */
export function replace(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
