import { CleanWindow, type Wanted } from '../../../activities/outside/cleanWindow.ts';
import { compareLedger } from '../../../activities/outside/compareLedger.ts';
import { markerHash, markerId, runOf } from '../../../activities/outside/canary/marker.ts';
import { ackedOf, LedgerCounter } from '../../../activities/outside/ledger.ts';
import type { MarkerLine, Sample } from '../../../activities/outside/lines.ts';
import { SpanBuilder } from '../../../activities/outside/toSpans.ts';
import type { CanaryReading, CanarySpec, CanarySummary, ProbeSpec, ProbeSummary } from '../../../drills/probing.ts';
import { ProviderError } from '../../../providers/errors.ts';
import type { FakeWorld } from './world.ts';

/** However slowly this process gets its turn, the fake service was there meanwhile: no hole. */
const PACE = { everySeconds: 1, timeoutSeconds: 10 };
/** No file was written: what a digest of nothing looks like. */
const NO_SHA = '0'.repeat(64);

/** Prober and canary of a fake world: they ask it through its routes, as clients do, and know nothing of the plan. */
export class Vantages {
  /** True: prober and canary can run no more. */
  blind = false;
  readonly #world: FakeWorld;
  readonly #samples = new Map<string, Sample[]>();
  readonly #ledgers = new Map<string, MarkerLine[]>();

  constructor(world: FakeWorld) {
    this.#world = world;
  }

  samplesOf(runFolder: string, vantage: string, probe: string): Sample[] {
    const key = JSON.stringify([runFolder, vantage, probe]);
    const samples = this.#samples.get(key) ?? [];
    this.#samples.set(key, samples);
    return samples;
  }

  sample(samples: Sample[], spec: ProbeSpec): void {
    if (this.blind) throw new ProviderError('Invalid', 'fake', 'the prober cannot run here');
    const answer = this.#world.ask(routeOf(spec.ask.kind === 'http' ? spec.ask.url : 'http://none'));
    const seen = 'error' in answer ? { ok: false, error: answer.error } : { ok: true, ...(spec.identity ? { site: answer.site } : {}) };
    samples.push({ i: samples.length, at: new Date().toISOString(), ms: 1, ...seen });
  }

  summary(vantage: string, spec: ProbeSpec, samples: readonly Sample[]): ProbeSummary {
    const spans = new SpanBuilder(spec);
    for (const each of samples) spans.add(each);
    const { clockStepSeconds: _, ...seen } = spans.end(new Date().toISOString());
    const { name, everySeconds, timeoutSeconds } = spec;
    return { vantage, probe: name, everySeconds, timeoutSeconds, clockOffsetSeconds: 0, ...seen, file: `probe-${vantage}-${name}.jsonl`, sha256: NO_SHA };
  }

  /** Where a clean window starts, of what was seen so far; with the reason where there is none. */
  clean(samples: readonly Sample[], wanted: Wanted): CleanWindow {
    const window = new CleanWindow(wanted);
    const [first] = samples;
    if (first) window.add({ started: first.at, pid: 1, first: 0, ...PACE });
    for (const each of samples) window.add(each);
    return window;
  }

  write(runFolder: string, vantage: string, spec: CanarySpec): void {
    const ledger = this.#ledgerOf(runFolder, vantage);
    const seq = ledger.length + 1;
    const id = markerId(runOf(runFolder), seq);
    const sentAt = new Date().toISOString();
    const answer = this.#world.append(routeOf(spec.append.url), { id, hash: markerHash(id) });
    ledger.push(
      'error' in answer
        ? { seq, sentAt, error: answer.error }
        : { seq, sentAt, ackAt: new Date().toISOString(), ...(spec.identity ? { site: answer.site } : {}) },
    );
  }

  written(runFolder: string, vantage: string, { everySeconds }: CanarySpec): CanarySummary {
    const counter = new LedgerCounter(everySeconds);
    for (const line of this.#ledgerOf(runFolder, vantage)) counter.add(line);
    return { everySeconds, ...counter.end(new Date()), file: `canary-${vantage}.jsonl`, sha256: NO_SHA };
  }

  /** Undefined with the reason when the list cannot be had. */
  read(asked: { runFolder: string; vantage: string; url: string; site?: string; until?: string; expect?: string }): CanaryReading | { readonly error: string } {
    const at = new Date().toISOString();
    const answer = this.#world.ask(routeOf(asked.url));
    if ('error' in answer) return answer;
    if (asked.expect !== undefined && asked.expect !== answer.site) return { error: `answered by ${answer.site}, not by ${asked.expect}` };
    const listed = Object.values(answer.thing.data).flatMap(({ markers }) => markers);
    const acked = this.#ledgerOf(asked.runFolder, asked.vantage).flatMap((line) => ackedOf(line) ?? []);
    const until = asked.until !== undefined && asked.until < at ? asked.until : at;
    return {
      at,
      site: answer.site,
      ...compareLedger(acked, listed, { run: runOf(asked.runFolder), until, ...(asked.site === undefined ? {} : { site: asked.site }) }),
    };
  }

  /** Ids of the markers that this site has acknowledged, whatever became of them. */
  acknowledgedBy(site: string): string[] {
    return [...this.#ledgers].flatMap(([key, lines]) => {
      const [runFolder] = JSON.parse(key) as [string];
      return lines.flatMap((line) => (ackedOf(line)?.site === site ? [markerId(runOf(runFolder), line.seq)] : []));
    });
  }

  #ledgerOf(runFolder: string, vantage: string): MarkerLine[] {
    const key = JSON.stringify([runFolder, vantage]);
    const ledger = this.#ledgers.get(key) ?? [];
    this.#ledgers.set(key, ledger);
    return ledger;
  }
}

/** `http://orders.test/health` asks the route `orders`. */
function routeOf(url: string): string {
  return new URL(url).hostname.replace(/\.test$/, '');
}
