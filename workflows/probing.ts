import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { ProbeSpec } from '../drills/probing.ts';
import { actAt, reasonOf } from './act.ts';
import type { Run } from './run.ts';

/** How long ending a process and reading its file may take. */
const FINISH_SECONDS = 30;

interface Attempt {
  readonly within: number;
  readonly endless: boolean;
  readonly finish: boolean;
}

/** The outside prober and the canary of one run: they go on while the run acts, aborts and undoes. */
export class Probing {
  readonly #run: Run;
  readonly #scope = new CancellationScope();
  readonly #watches: Promise<void>[] = [];
  readonly #watched = new Set<string>();

  constructor(run: Run) {
    this.#run = run;
  }

  get runFolder(): string {
    return workflowInfo().workflowId;
  }

  /** Every named vantage with every probe. A step that is tried again finds them probing. */
  watch(specs: readonly ProbeSpec[], route: 'live' | 'drill'): void {
    for (const vantage of this.#run.plan.vantages) {
      for (const spec of specs) {
        const named = { ...spec, name: probeName(spec.name, route) };
        const key = `${vantage} ${named.name}`;
        if (this.#watched.has(key)) continue;
        this.#watched.add(key);
        const summary = `ask ${route === 'drill' ? 'the drill route' : 'the service'} from ${vantage} (${named.name})`;
        const ask = (how: Attempt) => actAt(vantage, 'probe', { summary, ...how }, { runFolder: this.runFolder, vantage, spec: named, finish: how.finish });
        this.#go(async () => {
          try {
            this.#run.note({ type: 'probes', route, summary: await this.#untilEnd(ask) });
          } catch (error) {
            this.#run.note({ type: 'probe-lost', vantage, probe: named.name, detail: reasonOf(error) });
          }
        });
      }
    }
  }

  startCanary(): void {
    const { canary, vantages } = this.#run.plan;
    const [vantage] = vantages;
    if (!canary || !vantage) return;
    const summary = `write canary markers from ${vantage}`;
    const write = (how: Attempt) => actAt(vantage, 'canary', { summary, ...how }, { runFolder: this.runFolder, vantage, spec: canary, finish: how.finish });
    this.#go(async () => {
      try {
        this.#run.note({ type: 'canary', summary: await this.#untilEnd(write) });
      } catch (error) {
        if (!isCancellation(error)) this.#run.note({ type: 'finding', text: `the canary was lost: ${reasonOf(error)}` });
      }
    });
  }

  /** Ends probing and waits for what it saw. */
  async end(): Promise<void> {
    this.#scope.cancel();
    await Promise.all(this.#watches);
  }

  /** One that dies with its worker after it was asked to end is not tried again by Temporal: another takes over what it left. */
  async #untilEnd<R>(go: (how: Attempt) => Promise<R>): Promise<R> {
    try {
      return await go({ within: 0, endless: true, finish: false });
    } catch (error) {
      if (isCancellation(error) || !this.#scope.consideredCancelled) throw error;
      return CancellationScope.nonCancellable(() => go({ within: FINISH_SECONDS, endless: false, finish: true }));
    }
  }

  #go(work: () => Promise<void>): void {
    this.#watches.push(this.#scope.run(work));
  }
}

/** Live and drill route are asked the same things: their files must not meet. */
export function probeName(name: string, route: 'live' | 'drill'): string {
  return route === 'drill' ? `${name}-drill` : name;
}
