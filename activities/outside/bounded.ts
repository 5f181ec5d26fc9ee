/** Keeps the first and the last half of `most` items, however many come. */
export class Bounded<T> {
  readonly #half: number;
  readonly #head: T[] = [];
  readonly #tail: T[] = [];
  #length = 0;

  constructor(most: number) {
    this.#half = Math.floor(most / 2);
  }

  push(item: T): void {
    this.#length += 1;
    if (this.#head.length < this.#half) this.#head.push(item);
    else if (this.#tail.push(item) > this.#half) this.#tail.shift();
  }

  /** How many came. */
  get length(): number {
    return this.#length;
  }

  get items(): readonly T[] {
    return [...this.#head, ...this.#tail];
  }

  get truncated(): boolean {
    return this.#length > this.#head.length + this.#tail.length;
  }
}
