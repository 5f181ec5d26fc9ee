import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that nothing else of a lab uses: who listens there at the first address of a range holds the range. */
const HOLD_PORT = 61_079;

export interface HeldRange {
  /** The third number of its first address. */
  readonly third: number;
  release(): Promise<void>;
}

/**
 * Loopback addresses that no second lab of this machine has at the same time: `thirds` times 256, from 127.`second`.0.0 on and below
 * 127.`second`.`end`.0. It ends with this process, however that ends.
 */
export async function holdRange(second: number, thirds: number, end = 256): Promise<HeldRange> {
  for (let third = 0; third + thirds <= end; third += thirds) {
    const hold = createServer((socket) => socket.destroy());
    hold.listen({ port: HOLD_PORT, host: `127.${second}.${third}.1`, exclusive: true });
    const held = await once(hold, 'listening').then(
      () => true,
      () => false,
    );
    if (!held) continue;
    return {
      third,
      async release() {
        hold.close();
        await once(hold, 'close');
      },
    };
  }
  throw new Error(`all ranges of 127.${second}.0.0/16 are held by other labs: stop one`);
}
