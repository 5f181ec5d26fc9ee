import { z } from 'zod';

/** Lines of the samples file and of the canary's ledger, in the order in which they were asked. The files are evidence: they explain themselves. */
const instant = z.iso.datetime();

/** A process began here: what lies between it and the line before is unknown. */
const started = z.object({ started: instant, pid: z.number(), first: z.number(), everySeconds: z.number(), timeoutSeconds: z.number() });
/** Seconds by which the wall clock is ahead of the instants written since `started`. */
const clockStep = z.object({ clockStep: z.number(), at: instant });
const sample = z.object({ i: z.number(), at: instant, ms: z.number(), ok: z.boolean(), site: z.string().optional(), error: z.string().optional() });
const marker = z.object({ seq: z.number(), sentAt: instant, ackAt: instant.optional(), site: z.string().optional(), error: z.string().optional() });

export type Started = z.infer<typeof started>;
export type ClockStep = z.infer<typeof clockStep>;
export type Sample = z.infer<typeof sample>;
export type MarkerLine = z.infer<typeof marker>;
export type SampleLine = Sample | Started | ClockStep;
export type LedgerLine = MarkerLine | Started | ClockStep;

const sampleLine = z.union([sample, started, clockStep]);
const ledgerLine = z.union([marker, started, clockStep]);

/** Undefined for half a line, which a process killed while writing leaves. */
export function parseSample(text: string): SampleLine | undefined {
  return parse(sampleLine, text);
}

export function parseMarker(text: string): LedgerLine | undefined {
  return parse(ledgerLine, text);
}

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
