import type { Follower } from './follow.ts';
import { type Held, LeftRunning } from './held.ts';
import type { Hosted } from './hosted.ts';
import { pause } from './process/openLoop.ts';

const BEAT_MS = 200;

export interface Attended {
  readonly hosted: Hosted;
  readonly follower: Follower;
  /** Takes in one line of the process's file. */
  take(line: string): void;
  /** What a new process gets to know. */
  told(): object;
  /** What the workflow sees of it. */
  details(): object;
}

/** Keeps the process running and its lines read until the activity ends; then ends the process, or leaves it to the next attempt. */
export async function attend({ hosted, follower, take, told, details }: Attended, held: Held): Promise<void> {
  const read = async (): Promise<void> => {
    for await (const line of follower.lines()) take(line);
  };
  try {
    while (!held.signal.aborted) {
      // First the lines: a new process goes on where the last one stopped.
      await read();
      await hosted.keep(told);
      held.heartbeat(details());
      await pause(BEAT_MS, held.signal);
    }
    held.heartbeat(details());
    if (held.ending() === 'leave') throw new LeftRunning(`left ${hosted.files.name} being written for the next attempt`);
    await hosted.end(() => held.heartbeat(details()));
    await read();
  } finally {
    await follower.close();
  }
}
