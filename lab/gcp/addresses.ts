import { type HeldRange, holdRange } from '../heldRange.ts';

/** Four times 256 addresses: a /22. */
const THIRDS = 4;

/**
 * The addresses of one lab: a /22 of 127.78.0.0/16, which no second lab of this machine has at the same time. Each is given once until
 * the range is through.
 */
export class Addresses {
  readonly #range: HeldRange;
  readonly #taken = new Set<string>();
  #next = 2;

  constructor(range: HeldRange) {
    this.#range = range;
  }

  get range(): string {
    return `127.78.${this.#range.third}.0/22`;
  }

  /** Google keeps the first two and the last two of a range: https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet */
  get gateway(): string {
    return `127.78.${this.#range.third}.1`;
  }

  /** Google keeps four of 1024. */
  get free(): number {
    return 1020 - this.#taken.size;
  }

  get taken(): number {
    return this.#taken.size;
  }

  /** Undefined when the range is full. */
  take(): string | undefined {
    for (let tries = 0; tries < 1024; tries++) {
      const host = this.#next;
      this.#next = host === 1021 ? 2 : host + 1;
      const address = `127.78.${this.#range.third + (host >> 8)}.${host & 255}`;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      return address;
    }
    return undefined;
  }

  give(address: string): void {
    this.#taken.delete(address);
  }

  release(): Promise<void> {
    return this.#range.release();
  }
}

export async function holdAddresses(): Promise<Addresses> {
  return new Addresses(await holdRange(78, THIRDS));
}
