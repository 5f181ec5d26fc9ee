import { join } from 'node:path';
import { z } from 'zod';
import type { ProbeSpec, ProbeSummary } from '../../drills/probing.ts';
import { attend } from './attend.ts';
import { outsideFiles } from './files.ts';
import { Follower, sha256Of } from './follow.ts';
import { beating, type Held } from './held.ts';
import { Hosted, type Place } from './hosted.ts';
import { parseSample, type Sample } from './lines.ts';
import { probeSpec } from './process/config.ts';
import { SpanBuilder } from './toSpans.ts';

const MAIN = join(import.meta.dirname, 'prober', 'main.ts');

/** What an earlier attempt knew: a file that begins later has a hole before it. */
const previousSchema = z.object({ since: z.iso.datetime().optional(), clockOffsetSeconds: z.number() }).partial();

export interface ProbeInput {
  readonly runFolder: string;
  readonly vantage: string;
  readonly spec: ProbeSpec;
}

/** Probes until the activity is cancelled, then gives what was seen, from the first attempt on. */
export async function runProbe({ vantage, spec }: ProbeInput, place: Place, held: Held): Promise<ProbeSummary> {
  const { everySeconds, timeoutSeconds, name } = probeSpec.parse(spec);
  const previous = previousSchema.safeParse(held.previous).data;
  // The clocks' distance is the same at every attempt; the way there is not.
  const offset = () => Math.min(held.clockOffsetSeconds, previous?.clockOffsetSeconds ?? Infinity);
  const files = outsideFiles(place.folder, 'probe', vantage, name);
  const spans = new SpanBuilder(spec, previous?.since);
  let since = previous?.since;
  let last: Sample | undefined;

  const attended = {
    hosted: new Hosted(MAIN, files, place, spec, held.activity),
    follower: new Follower(files.lines),
    take(text: string): void {
      const line = parseSample(text);
      if (!line) return;
      spans.add(line);
      if (!('i' in line)) return;
      last = line;
      since ??= line.at;
    },
    told: () => ({ first: spans.samples }),
  };
  const details = () => ({
    since,
    clockOffsetSeconds: offset(),
    samples: spans.samples,
    span: spans.closedSpans,
    ...(last && { last: { at: last.at, ok: last.ok, ms: last.ms, site: last.site, error: last.error } }),
    ...(spans.downSince && { downSince: spans.downSince }),
  });
  return beating(held, details, async () => {
    await attend(attended, held);
    const { clockStepSeconds, ...seen } = spans.end(new Date().toISOString());
    const pace = { everySeconds, timeoutSeconds, clockOffsetSeconds: offset() + clockStepSeconds };
    return { vantage, probe: name, ...pace, ...seen, file: files.name, sha256: await sha256Of(files.lines) };
  });
}
