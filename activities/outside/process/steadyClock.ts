const TOLD_ABOVE_MS = 100;

/** Wall clock read once, then carried on by the monotonic one: a clock set in mid-drill does not bend what was measured. */
export class SteadyClock {
  readonly #wall = Date.now();
  readonly #monotonic = performance.now();
  #told = 0;

  now(): Date {
    return new Date(this.#wall + (performance.now() - this.#monotonic));
  }

  /** Seconds by which the wall clock is now ahead of this one, once after each change of more than 100 ms. */
  step(): number | undefined {
    const apart = Date.now() - this.now().getTime();
    if (Math.abs(apart - this.#told) <= TOLD_ABOVE_MS) return undefined;
    this.#told = apart;
    return apart / 1000;
  }
}
