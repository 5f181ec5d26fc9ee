import type { Span } from '../../drills/probing.ts';
import { Bounded } from './bounded.ts';
import type { Sample, SampleLine } from './lines.ts';

const MOST_SPANS = 500;

export interface Pace {
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
}

export interface Spans {
  readonly spans: readonly Span[];
  readonly samples: number;
  readonly unknownSeconds: number;
  readonly truncated: boolean;
  /** The furthest that the clock was seen to be set while it measured. */
  readonly clockStepSeconds: number;
}

interface Open {
  readonly first: Sample;
  readonly from: number;
  last: number;
  answered: number;
  samples: number;
}

/** Longer without a sample than this is a hole. */
export function longestGapMs({ everySeconds, timeoutSeconds }: Pace): number {
  return (2 * everySeconds + timeoutSeconds) * 1000;
}

export function toSpans(lines: Iterable<SampleLine>, pace: Pace, bounds: { readonly since?: string; readonly until?: string } = {}): Spans {
  const builder = new SpanBuilder(pace, bounds.since);
  for (const line of lines) builder.add(line);
  return builder.end(bounds.until);
}

/** Turns samples into spans as they come. A hole is `unknown`, never the state before or after it. */
export class SpanBuilder {
  readonly #longestGap: number;
  readonly #spans = new Bounded<Span>(MOST_SPANS);
  #since: number | undefined;
  #open: Open | undefined;
  #restarted = false;
  #samples = 0;
  #unknownMs = 0;
  #clockStepMs = 0;

  /** `since`: probing is known to have begun then, even if its samples are not here. */
  constructor(pace: Pace, since?: string) {
    this.#longestGap = longestGapMs(pace);
    this.#since = since === undefined ? undefined : Date.parse(since);
  }

  get samples(): number {
    return this.#samples;
  }

  get closedSpans(): number {
    return this.#spans.length;
  }

  get downSince(): string | undefined {
    return this.#open && !this.#open.first.ok ? iso(this.#open.from) : undefined;
  }

  add(line: SampleLine): void {
    if ('started' in line) this.#restarted = true;
    else if ('clockStep' in line) this.#clockStepMs = Math.max(this.#clockStepMs, Math.abs(line.clockStep * 1000));
    else this.#sample(line, Date.parse(line.at));
  }

  /** `until`: probing was asked for until then. */
  end(until?: string): Spans {
    const open = this.#open;
    if (open) {
      this.#close(open, open.answered);
      const end = until === undefined ? open.last : Date.parse(until);
      if (end - open.last > this.#longestGap) this.#unknown(Math.min(open.answered, end), end, 'no sample until the end');
    }
    this.#open = undefined;
    return {
      spans: this.#spans.items,
      samples: this.#samples,
      unknownSeconds: this.#unknownMs / 1000,
      truncated: this.#spans.truncated,
      clockStepSeconds: this.#clockStepMs / 1000,
    };
  }

  #sample(sample: Sample, at: number): void {
    this.#samples += 1;
    const open = this.#open;
    const hole = this.#holeBefore(at);
    this.#restarted = false;
    if (open && !hole && open.first.ok === sample.ok && open.first.site === sample.site) {
      open.samples += 1;
      open.last = at;
      open.answered = at + sample.ms;
      return;
    }
    if (open) this.#close(open, hole ? Math.min(open.answered, at) : at);
    if (hole) this.#unknown(Math.min(open?.answered ?? this.#since ?? at, at), at, hole);
    this.#since = undefined;
    this.#open = { first: sample, from: at, last: at, answered: at + sample.ms, samples: 1 };
  }

  #holeBefore(at: number): string | undefined {
    const last = this.#open?.last ?? this.#since;
    if (last === undefined) return undefined;
    // Two processes disagree about the time: the clock was set between them.
    if (at < last) this.#clockStepMs = Math.max(this.#clockStepMs, last - at);
    if (this.#restarted && this.#open) return 'the prober was started again';
    return at - last > this.#longestGap ? `no sample for ${((at - last) / 1000).toFixed(1)} s` : undefined;
  }

  #close({ first, from, samples }: Open, to: number): void {
    this.#spans.push({
      state: first.ok ? 'up' : 'down',
      ...(first.site !== undefined && { site: first.site }),
      from: iso(from),
      to: iso(Math.max(from, to)),
      samples,
      ...(!first.ok && { detail: first.error ?? 'no reason given' }),
    });
  }

  #unknown(from: number, to: number, detail: string): void {
    this.#unknownMs += to - from;
    this.#spans.push({ state: 'unknown', from: iso(from), to: iso(to), samples: 0, detail });
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
