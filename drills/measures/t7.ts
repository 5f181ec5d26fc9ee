import type { ProbeSummary } from '../probing.ts';
import { iso, ms, rounded } from './instants.ts';
import { asProofOf, errorAcross, horizonOf, type Lane, lanesOf, lit } from './lanes.ts';
import { type LightLane, type Stretch, worst } from './lights.ts';

export interface HoldRule {
  readonly t0: string;
  readonly holdSeconds: number;
  /** Site whose answers are proof; absent where the workload declares no identity. */
  readonly site?: string | undefined;
  /** Every one of them must have seen it; one without samples knows nothing. Absent = those that the summaries name. */
  readonly vantages?: readonly string[];
  /** Nothing after this instant counts. Absent = the last sample. */
  readonly until?: string | undefined;
}

export type T7 =
  | {
      readonly reached: true;
      readonly at: string;
      /** Probe interval + time-out + clock offset + the unknown hole that ends at T7. */
      readonly plusMinusSeconds: number;
      /** Where T7 would be if every hole inside the hold window hid a failure. */
      readonly latest: string;
      /** `identity` = from each vantage, answers that named the site; `answers` = nobody named it. */
      readonly proof: 'identity' | 'answers';
    }
  | {
      readonly reached: false;
      /** `failures` = not held even if all that is unknown had been good; `unknown` = the holes decide. */
      readonly because: 'failures' | 'unknown';
    };

interface Window {
  readonly start: number;
  readonly hole: number;
  readonly latest: number;
}

/** First run of stretches without red whose green adds up to the hold. */
function firstWindow(stretches: readonly Stretch[], holdMs: number): Window | undefined {
  let window: (Window & { known: number }) | undefined;
  let hole = 0;
  for (const { light, from, to } of stretches) {
    if (light === 'red') window = undefined;
    if (light === 'green') {
      window = window ? { ...window, latest: from, known: window.known + to - from } : { start: from, hole, latest: from, known: to - from };
      if (window.known >= holdMs) return window;
    }
    hole = light === 'grey' ? to - from : 0;
  }
  return undefined;
}

/**
 * T7: start of the first `holdSeconds` at or after T0 in which every probe of every vantage was answered by `site`.
 * A failure (or an answer from elsewhere) starts it again; what is unknown counts for nothing and makes the window longer.
 */
export function findT7(summaries: readonly ProbeSummary[], rule: HoldRule): T7 {
  const lanes = lanesOf(summaries);
  const seen = new Set(lanes.map((lane) => lane.vantage));
  const vantages = rule.vantages ?? [...seen];
  const blind: LightLane[] = vantages.filter((vantage) => !seen.has(vantage)).map(() => []);
  const lights = [...lanes.map((lane) => lit(lane, asProofOf(rule.site))), ...blind];
  const until = rule.until === undefined ? horizonOf(lanes) : ms(rule.until);
  const stretches = worst(lights, ms(rule.t0), until);
  const holdMs = rule.holdSeconds * 1000;
  const window = firstWindow(stretches, holdMs);
  if (!window) return { reached: false, because: failed(stretches, holdMs) ? 'failures' : 'unknown' };
  return {
    reached: true,
    at: iso(window.start),
    plusMinusSeconds: rounded(errorAcross(lanes) + window.hole / 1000),
    latest: iso(window.latest),
    proof: rule.site !== undefined && vantages.every((vantage) => provenFrom(vantage, lanes)) ? 'identity' : 'answers',
  };
}

function failed(stretches: readonly Stretch[], holdMs: number): boolean {
  const hopeful = stretches.map((each): Stretch => (each.light === 'grey' ? { ...each, light: 'green' } : each));
  return hopeful.some((each) => each.light === 'red') && firstWindow(hopeful, holdMs) === undefined;
}

function provenFrom(vantage: string, lanes: readonly Lane[]): boolean {
  return lanes.some((lane) => lane.vantage === vantage && lane.named);
}
