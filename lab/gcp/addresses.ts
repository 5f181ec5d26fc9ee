import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Where the hold on a range stands: a port that nothing else of a lab uses. */
const HOLD_PORT = 61_078;
const BLOCKS = 64;

/**
 * The addresses of one lab: a /22 of 127.78.0.0/16, which no second lab of this machine has at the same time. Each is given once until
 * the range is through.
 */
export class Addresses {
  readonly #hold: Server;
  readonly #third: number;
  readonly #taken = new Set<string>();
  #next = 2;

  constructor(hold: Server, third: number) {
    this.#hold = hold;
    this.#third = third;
  }

  get range(): string {
    return `127.78.${this.#third}.0/22`;
  }

  /** Google keeps the first two and the last two of a range: https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet */
  get gateway(): string {
    return `127.78.${this.#third}.1`;
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
      const address = `127.78.${this.#third + (host >> 8)}.${host & 255}`;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      return address;
    }
    return undefined;
  }

  give(address: string): void {
    this.#taken.delete(address);
  }

  async release(): Promise<void> {
    this.#hold.close();
    await once(this.#hold, 'close');
  }
}

export async function holdAddresses(): Promise<Addresses> {
  for (let block = 0; block < BLOCKS; block++) {
    const third = block * 4;
    const hold = createServer((socket) => socket.destroy());
    hold.listen(HOLD_PORT, `127.78.${third}.1`);
    const held = await once(hold, 'listening').then(
      () => true,
      () => false,
    );
    if (held) return new Addresses(hold, third);
  }
  throw new Error('all ranges of 127.78.0.0/16 are held by other labs: stop one');
}
