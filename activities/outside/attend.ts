import type { Follower } from './follow.ts';
import { type Held, LeftRunning } from './held.ts';
import type { Hosted, Told } from './hosted.ts';
import { pause } from './process/openLoop.ts';

const LOOK_MS = 200;

export interface Attended {
  readonly hosted: Hosted;
  readonly follower: Follower;
  /** Takes in one line of the process's file. */
  take(line: string): void;
  told(): Told;
}

/** Keeps the process running and its lines read until the activity ends; then ends the process, or leaves it to the next attempt. */
export async function attend({ hosted, follower, take, told }: Attended, held: Held): Promise<void> {
  const read = async (): Promise<void> => {
    for await (const line of follower.lines()) take(line);
  };
  try {
    while (!held.signal.aborted) {
      // First the lines: a new process goes on where the last one stopped.
      await read();
      await hosted.keep(told);
      await pause(LOOK_MS, held.signal);
    }
    const ending = held.ending();
    if (ending === 'disowned') await hosted.endUnlessKept();
    if (ending !== 'finish') throw new LeftRunning(`left ${hosted.files.name} being written for the next attempt`);
    await hosted.end();
    await read();
  } finally {
    await follower.close();
  }
}
