import { z } from 'zod';
import { CleanWindow, type Wanted } from './cleanWindow.ts';
import { outsideFiles } from './files.ts';
import { Follower } from './follow.ts';
import { beating, type Held, LeftRunning } from './held.ts';
import { parseSample } from './lines.ts';
import { pause } from './process/openLoop.ts';

const LOOK_MS = 100;
const previousSchema = z.object({ began: z.iso.datetime() });

export interface CleanInput extends Wanted {
  readonly runFolder: string;
  readonly vantage: string;
  /** Name of the probe whose samples are followed; `probe` writes them meanwhile. */
  readonly probe: string;
  /** Counted from the first attempt. */
  readonly deadlineSeconds: number;
}

export interface CleanSeen {
  readonly met: boolean;
  readonly start?: string;
  readonly detail: string;
}

/** Follows the samples until a clean window has held, or until the deadline. */
export async function runAwaitClean(input: CleanInput, folder: string, held: Held): Promise<CleanSeen> {
  const began = previousSchema.safeParse(held.previous).data?.began ?? held.orderedAt;
  const deadline = Date.parse(began) + input.deadlineSeconds * 1000;
  const clean = new CleanWindow(input);
  const follower = new Follower(outsideFiles(folder, 'probe', input.vantage, input.probe).lines);
  return beating(
    held,
    () => ({ began, detail: clean.detail }),
    async () => {
      for (;;) {
        const late = Date.now() >= deadline;
        for await (const text of follower.lines()) {
          const line = parseSample(text);
          if (line) clean.add(line);
          if (clean.start) return { met: true, start: clean.start, detail: clean.detail };
        }
        if (late) return { met: false, detail: clean.detail };
        await pause(LOOK_MS, held.signal);
        if (held.signal.aborted) throw held.ending() === 'finish' ? held.signal.reason : new LeftRunning('left to the next attempt');
      }
    },
  ).finally(() => follower.close());
}
