import type { CanarySummary, MarkerAt } from '../../drills/probing.ts';
import { Bounded } from './bounded.ts';
import type { LedgerLine, MarkerLine } from './lines.ts';

const MOST_SILENCES = 500;
const MOST_SITES = 50;
const MOST_TURNS = 200;
const SILENT_INTERVALS = 3;
/** Where answers name no site. */
const UNNAMED = 'unnamed';

export interface AckedMarker extends MarkerAt {
  readonly site?: string;
}

/** Undefined for what is no acknowledged marker: nothing is known of those that are not. */
export function ackedOf(line: LedgerLine): AckedMarker | undefined {
  if (!('seq' in line) || line.ackAt === undefined) return undefined;
  return { seq: line.seq, sentAt: line.sentAt, ackAt: line.ackAt, ...(line.site !== undefined && { site: line.site }) };
}

type Turn = NonNullable<CanarySummary['turns']>[number];

/** Counts what the canary wrote, as it comes. */
export class LedgerCounter {
  readonly #longestMs: number;
  readonly #silences = new Bounded<{ from: string; to: string }>(MOST_SILENCES);
  readonly #bySite = new Map<string, { first: MarkerAt; last: MarkerAt; count: number }>();
  readonly #turns = new Bounded<Turn>(MOST_TURNS);
  #turn: Turn | undefined;
  /** Acknowledgements after which an earlier one may still come, in order. */
  #early: number[] = [];
  #heard: number | undefined;
  #sent = 0;
  #acknowledged = 0;
  #highest: number | undefined;
  #last: MarkerLine | undefined;

  constructor(everySeconds: number) {
    this.#longestMs = SILENT_INTERVALS * everySeconds * 1000;
  }

  add(line: LedgerLine): void {
    // What a process sent before it died may stand nowhere.
    if ('started' in line) this.#highest = Math.max(this.#highest ?? 0, line.first);
    if (!('seq' in line)) return;
    this.#highest = Math.max(this.#highest ?? 0, line.seq);
    this.#sent += 1;
    this.#last = line;
    const sent = Date.parse(line.sentAt);
    this.#heard ??= sent;
    this.#hear(sent);
    const acked = ackedOf(line);
    if (!acked) return;
    this.#acknowledged += 1;
    this.#early.push(Date.parse(acked.ackAt));
    this.#count(acked);
  }

  end(until: Date): Pick<CanarySummary, 'sent' | 'acknowledged' | 'bySite' | 'turns' | 'silences'> {
    this.#hear(Infinity);
    this.#silence(until.getTime());
    return {
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      bySite: Object.fromEntries(this.#bySite),
      turns: this.#turn ? [...this.#turns.items, this.#turn] : [],
      silences: this.#silences.items,
    };
  }

  /** The highest number that is known to be taken; undefined before the first process. */
  get highest(): number | undefined {
    return this.#highest;
  }

  get last(): MarkerLine | undefined {
    return this.#last;
  }

  get counts(): { readonly sent: number; readonly acknowledged: number } {
    return { sent: this.#sent, acknowledged: this.#acknowledged };
  }

  /** Lines come as sent, so nothing that comes from now on was acknowledged before `sent`. */
  #hear(sent: number): void {
    this.#early.sort((a, b) => a - b);
    const settled = this.#early.filter((at) => at <= sent);
    for (const at of settled) this.#silence(at);
    this.#early = this.#early.slice(settled.length);
  }

  #silence(until: number): void {
    if (this.#heard === undefined || until <= this.#heard) return;
    if (until - this.#heard > this.#longestMs) this.#silences.push({ from: new Date(this.#heard).toISOString(), to: new Date(until).toISOString() });
    this.#heard = until;
  }

  #count({ site = UNNAMED, ...marker }: AckedMarker): void {
    const known = this.#bySite.get(site);
    if (known) this.#bySite.set(site, { first: known.first, last: marker, count: known.count + 1 });
    else if (this.#bySite.size < MOST_SITES) this.#bySite.set(site, { first: marker, last: marker, count: 1 });
    this.#takeTurn(site, marker);
  }

  #takeTurn(site: string, marker: MarkerAt): void {
    if (this.#turn?.site !== site && this.#turn) this.#turns.push(this.#turn);
    this.#turn = this.#turn?.site === site ? { site, first: this.#turn.first, last: marker } : { site, first: marker, last: marker };
  }
}
