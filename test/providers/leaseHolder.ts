import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseKeeper, monotonic, takeLease } from '../../providers/leases/index.ts';

/**
 * A writer as a process: `leaseHolder.ts GET_URL PUT_URL HOLDER TTL`. It takes the lease whenever it can, and tells of
 * each moment at which it would write, by the clock that all processes of a machine share.
 */
const [getUrl = '', putUrl = '', holder = '', ttl = ''] = process.argv.slice(2);
const tell = (line: object): void => console.log(JSON.stringify(line));

for (;;) {
  const held = await takeLease({ getUrl, putUrl, holder, site: 'here', ttlSeconds: Number(ttl), signal: new AbortController().signal });
  const { epoch } = held.lease;
  let lost = false;
  const keeper = new LeaseKeeper({ getUrl, putUrl }, held, (reason) => {
    lost = true;
    tell({ holder, epoch, lost: reason });
  });
  while (!lost) {
    // The clock first: a pause after it must not make a write look later than it was allowed.
    const at = monotonic();
    if (keeper.valid) tell({ holder, epoch, wrote: at });
    await sleep(10);
  }
}
