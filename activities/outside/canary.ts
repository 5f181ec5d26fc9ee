import { join } from 'node:path';
import { z } from 'zod';
import type { CanarySpec, CanarySummary } from '../../drills/probing.ts';
import { attend } from './attend.ts';
import { runOf } from './canary/marker.ts';
import { outsideFiles } from './files.ts';
import { Follower, sha256Of } from './follow.ts';
import { beating, type Held } from './held.ts';
import { Hosted, type Place } from './hosted.ts';
import { LedgerCounter } from './ledger.ts';
import { parseMarker } from './lines.ts';
import { canarySpec } from './process/config.ts';

const MAIN = join(import.meta.dirname, 'canary', 'main.ts');
/** More than a stalled machine may have sent beyond what it should. */
const SPARE_NUMBERS = 10;
const previousSchema = z.object({ highest: z.number() }).partial();

export interface CanaryInput {
  readonly runFolder: string;
  readonly vantage: string;
  readonly spec: CanarySpec;
}

/** Writes markers until the activity is cancelled, then gives what was written, from the first attempt on. */
export async function runCanary({ runFolder, vantage, spec }: CanaryInput, place: Place, held: Held): Promise<CanarySummary> {
  const { everySeconds, timeoutSeconds } = canarySpec.parse(spec);
  const files = outsideFiles(place.folder, 'canary', vantage);
  const counter = new LedgerCounter(everySeconds);
  const known = previousSchema.safeParse(held.previous).data?.highest;

  // A process that died may have sent markers that it never wrote down: their numbers are left out.
  const firstNumber = (): number => {
    const last = counter.highest ?? known;
    return last === undefined ? 1 : last + Math.ceil(timeoutSeconds / everySeconds) + SPARE_NUMBERS;
  };
  const attended = {
    hosted: new Hosted(MAIN, files, place, spec, held.activity),
    follower: new Follower(files.lines),
    take(text: string): void {
      const line = parseMarker(text);
      if (line) counter.add(line);
    },
    told: () => ({ first: firstNumber(), run: runOf(runFolder) }),
  };
  const details = () => ({ ...counter.counts, highest: counter.highest ?? known, last: counter.last });
  return beating(held, details, async () => {
    await attend(attended, held);
    return { everySeconds, ...counter.end(new Date()), file: files.name, sha256: await sha256Of(files.lines) };
  });
}
