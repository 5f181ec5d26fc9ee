import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { ProbeSpec } from '../drills/probing.ts';
import { actAt, reasonOf } from './act.ts';
import type { Run } from './run.ts';

/** The outside prober and the canary of one run: they go on while the run acts, aborts and undoes. */
export class Probing {
  readonly #run: Run;
  readonly #scope = new CancellationScope();
  readonly #watches: Promise<void>[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  get runFolder(): string {
    return workflowInfo().workflowId;
  }

  /** Every named vantage with every probe. */
  watch(specs: readonly ProbeSpec[], route: 'live' | 'drill'): void {
    for (const vantage of this.#run.plan.vantages) {
      for (const spec of specs) {
        const named = { ...spec, name: probeName(spec.name, route) };
        const how = { summary: `ask ${route === 'drill' ? 'the drill route' : 'the service'} from ${vantage} (${named.name})`, within: 0, endless: true };
        this.#go(async () => {
          try {
            this.#run.note({ type: 'probes', route, summary: await actAt(vantage, 'probe', how, { runFolder: this.runFolder, vantage, spec: named }) });
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
    const how = { summary: `write canary markers from ${vantage}`, within: 0, endless: true };
    this.#go(async () => {
      try {
        this.#run.note({ type: 'canary', summary: await actAt(vantage, 'canary', how, { runFolder: this.runFolder, vantage, spec: canary }) });
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

  #go(work: () => Promise<void>): void {
    this.#watches.push(this.#scope.run(work));
  }
}

/** Live and drill route are asked the same things: their files must not meet. */
export function probeName(name: string, route: 'live' | 'drill'): string {
  return route === 'drill' ? `${name}-drill` : name;
}
