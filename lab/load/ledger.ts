import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** One order that the service acknowledged. Instants are ISO with milliseconds, by the load client's clock. */
export const LedgerEntry = z.object({
  id: z.string(),
  hash: z.string(),
  sentAt: z.iso.datetime(),
  ackAt: z.iso.datetime(),
  /** Who acknowledged it: the answer's `x-site`; null when it named none. */
  site: z.string().nullable(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** Every acknowledged order, in the order of acknowledgement. A torn last line is left out; any other bad line throws. */
export async function readLedger(file: string): Promise<LedgerEntry[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line, index) => {
    const entry = LedgerEntry.safeParse(parseJson(line));
    if (!entry.success) throw new Error(`${file}:${index + 1}: not a ledger entry: ${z.prettifyError(entry.error).replaceAll('\n', ' ')}`);
    return entry.data;
  });
}

export interface Comparison {
  readonly acknowledged: number;
  readonly survived: number;
  /** Acknowledged and not there any more, or there with another hash. */
  readonly lost: number;
  /** Of the lost ones, those acknowledged before `t0`: what RPA is about. */
  readonly lostFromBeforeT0: number;
  /** Of the lost ones, those whose id is there with another hash. */
  readonly altered: number;
  /** Copies beyond the first, of any id. */
  readonly duplicated: number;
  /** Acknowledged before another was even sent, yet standing after it. */
  readonly reordered: number;
  /** There, but never acknowledged to this client: its answer was lost, or it is somebody else's. */
  readonly unacknowledged: number;
  /** When the last order acknowledged before `t0` was sent. */
  readonly lastAcknowledgedAt: string | undefined;
  /** When the newest order before the first lost one was sent. */
  readonly newestBeforeLossAt: string | undefined;
  /** Seconds of acknowledged orders that are gone; `unknown` when none from before the first lost one is left to measure from. */
  readonly rpaSeconds: number | 'unknown';
}

export interface SurvivedOrder {
  readonly id: string;
  readonly hash: string;
}

/**
 * What became of the acknowledged orders. `survived` is what the service lists afterwards, oldest first; `t0` (ISO instant) is when the loss began,
 * without it every acknowledged order counts. All instants that are subtracted are `sentAt`, so how long answers took is in none of them.
 */
export function compare(ledger: readonly LedgerEntry[], survived: readonly SurvivedOrder[], t0?: string): Comparison {
  const found = new Map<string, string>();
  for (const { id, hash } of survived) if (!found.has(id)) found.set(id, hash);
  const sent = ledger.toSorted((a, b) => Date.parse(a.sentAt) - Date.parse(b.sentAt));
  const isLost = ({ id, hash }: LedgerEntry): boolean => found.get(id) !== hash;
  const lost = sent.filter(isLost);
  const before = t0 === undefined ? sent : sent.filter(({ ackAt }) => Date.parse(ackAt) < Date.parse(t0));
  const firstLost = before.findIndex(isLost);
  const known = new Set(ledger.map(({ id }) => id));
  const lastAcknowledgedAt = before.at(-1)?.sentAt;
  const newestBeforeLossAt = firstLost > 0 ? before[firstLost - 1]?.sentAt : undefined;
  return {
    acknowledged: ledger.length,
    survived: ledger.length - lost.length,
    lost: lost.length,
    lostFromBeforeT0: before.filter(isLost).length,
    altered: lost.filter(({ id }) => found.has(id)).length,
    duplicated: survived.length - found.size,
    reordered: countReordered(ledger, found),
    unacknowledged: [...found.keys()].filter((id) => !known.has(id)).length,
    lastAcknowledgedAt,
    newestBeforeLossAt,
    rpaSeconds: firstLost === -1 ? 0 : secondsBetween(newestBeforeLossAt, lastAcknowledgedAt),
  };
}

function secondsBetween(from: string | undefined, to: string | undefined): number | 'unknown' {
  return from === undefined || to === undefined ? 'unknown' : (Date.parse(to) - Date.parse(from)) / 1000;
}

/** Orders in flight together may be stored in any order: only one that was acknowledged before another was sent has a place to keep. */
function countReordered(ledger: readonly LedgerEntry[], found: ReadonlyMap<string, string>): number {
  const entries = new Map(ledger.map((entry) => [entry.id, entry]));
  let newestSent = Number.NEGATIVE_INFINITY;
  let reordered = 0;
  for (const id of found.keys()) {
    const entry = entries.get(id);
    if (!entry) continue;
    if (Date.parse(entry.ackAt) < newestSent) reordered += 1;
    newestSent = Math.max(newestSent, Date.parse(entry.sentAt));
  }
  return reordered;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
