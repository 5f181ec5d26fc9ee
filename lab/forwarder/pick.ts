import type { Target } from './route.ts';

/** Deals connections out by weight: over any 100 of them each target gets its share, evenly spread. */
export class Pick {
  readonly #targets: readonly Target[];
  readonly #credit: number[];

  constructor(targets: readonly Target[]) {
    this.#targets = targets.filter(({ weight }) => weight > 0);
    this.#credit = this.#targets.map(() => 0);
  }

  next(): Target | undefined {
    for (const [n, { weight }] of this.#targets.entries()) this.#credit[n] = (this.#credit[n] ?? 0) + weight;
    const richest = this.#credit.indexOf(Math.max(...this.#credit));
    const target = this.#targets[richest];
    if (target) this.#credit[richest] = (this.#credit[richest] ?? 0) - 100;
    return target;
  }
}
