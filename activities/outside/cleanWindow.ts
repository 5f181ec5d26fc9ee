import type { Sample, SampleLine } from './lines.ts';
import { longestGapMs, type Pace } from './toSpans.ts';

export interface Wanted {
  /** ISO instant before which no window begins. */
  readonly notBefore: string;
  readonly holdSeconds: number;
  /** Where answers name a site, it must be this one. */
  readonly site?: string;
}

/** Looks for the first window that holds clean. A failure restarts it; a hole lengthens it, since what was not seen does not count as up. */
export class CleanWindow {
  readonly #wanted: Wanted;
  readonly #notBefore: number;
  #longestGap = Infinity;
  #start: string | undefined;
  #last = 0;
  #knownMs = 0;
  #restarted = false;
  #met = false;
  #samples = 0;
  #failures = 0;
  #lastFailure: string | undefined;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
    this.#notBefore = Date.parse(wanted.notBefore);
  }

  add(line: SampleLine): void {
    if ('started' in line) this.#begin(line);
    else if (!('clockStep' in line) && !this.#met) this.#sample(line, Date.parse(line.at));
  }

  /** `at` of the first sample of the window once it has held. */
  get start(): string | undefined {
    return this.#met ? this.#start : undefined;
  }

  get detail(): string {
    const { holdSeconds, site } = this.#wanted;
    const by = site === undefined ? '' : ` by ${site}`;
    if (this.#met) return `answered cleanly${by} for ${holdSeconds} s from ${this.#start}`;
    if (this.#samples === 0) return `not one sample since ${this.#wanted.notBefore}`;
    const known = this.#start === undefined ? 'not up now' : `up for ${(this.#knownMs / 1000).toFixed(1)} s`;
    return `no ${holdSeconds} s of clean answers${by}: ${this.#failures} of ${this.#samples} samples failed, ${known}; last failure ${this.#lastFailure ?? 'none'}`;
  }

  #begin(pace: Pace): void {
    this.#longestGap = longestGapMs(pace);
    this.#restarted = true;
  }

  #sample(sample: Sample, at: number): void {
    if (at < this.#notBefore) return;
    const failure = this.#failureOf(sample);
    this.#samples += 1;
    if (failure !== undefined) {
      this.#failures += 1;
      this.#lastFailure = `${sample.at}: ${failure}`;
      this.#start = undefined;
    } else if (this.#start === undefined) {
      this.#start = sample.at;
      this.#knownMs = 0;
    } else if (!this.#restarted && at - this.#last <= this.#longestGap) {
      this.#knownMs += Math.max(0, at - this.#last);
    }
    this.#restarted = false;
    this.#last = at;
    this.#met = this.#start !== undefined && this.#knownMs >= this.#wanted.holdSeconds * 1000;
  }

  #failureOf({ ok, error, site }: Sample): string | undefined {
    if (!ok) return error ?? 'no reason given';
    if (this.#wanted.site !== undefined && site !== undefined && site !== this.#wanted.site) return `answered by ${site}`;
    return undefined;
  }
}
