import type { Sample, SampleLine } from '../../../activities/outside/lines.ts';

const ORIGIN = Date.parse('2026-11-24T10:00:00.000Z');

/** An instant `seconds` into the test. */
export function at(seconds: number): string {
  return new Date(ORIGIN + seconds * 1000).toISOString();
}

export function up(seconds: number, site?: string): Sample {
  return { i: 0, at: at(seconds), ms: 10, ok: true, ...(site && { site }) };
}

export function down(seconds: number, error = 'refused'): Sample {
  return { i: 0, at: at(seconds), ms: 10, ok: false, error };
}

export function started(seconds: number): SampleLine {
  return { started: at(seconds), pid: 1, first: 0, everySeconds: 0.1, timeoutSeconds: 0.5 };
}

/** Samples every 100 ms from `from` until before `to`. */
export function each(from: number, to: number, sample: (seconds: number) => Sample): Sample[] {
  return Array.from({ length: Math.round((to - from) * 10) }, (_, i) => sample(from + i / 10));
}
