import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type LedgerEntry, readLedger } from '../../lab/load/ledger.ts';

const listing = z.object({ orders: z.array(z.object({ id: z.string() })) });

/** Orders that a drill may lose: acknowledged by the source after the recovery point that the target started from, before the source was gone. */
export interface MayLose {
  readonly site: string;
  readonly after: string;
  readonly before: string;
}

/** The load client's ledger against what the service lists, over a whole row of drills. */
export class OrderBook {
  readonly #ledger: string;
  readonly #routeUrl: string;
  readonly #lost = new Set<string>();

  constructor(ledger: string, routeUrl: string) {
    this.#ledger = ledger;
    this.#routeUrl = routeUrl;
  }

  async problems(mayLose: readonly MayLose[]): Promise<string[]> {
    const acknowledged = await readLedger(this.#ledger);
    const orders = await this.#list();
    if (!orders) return ['the service does not list its orders'];
    const listed = new Set(orders.map(({ id }) => id));
    const lost = acknowledged.filter(({ id }) => !listed.has(id) && !this.#lost.has(id));
    for (const { id } of lost) this.#lost.add(id);
    const wrongly = lost.filter((each) => !mayLose.some((window) => covers(window, each)));
    const [first] = wrongly;
    const allowed = mayLose.map(({ site, after, before }) => `; those of ${site} from ${after} to ${before} may be`).join('');
    return [
      ...(orders.length > listed.size ? [`${orders.length - listed.size} orders are there more than once`] : []),
      ...(first ? [`${wrongly.length} orders are lost, the first (${first.id}) acknowledged by ${first.site} at ${first.ackAt}${allowed}`] : []),
    ];
  }

  async #list(): Promise<readonly { readonly id: string }[] | undefined> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const answer = await fetch(`${this.#routeUrl}/orders`).catch(() => undefined);
      if (answer?.status === 200) return listing.parse(await answer.json()).orders;
      await sleep(500);
    }
    return undefined;
  }

  /** How many orders this site has acknowledged since then. */
  async acknowledgedBy(site: string, since: string): Promise<number> {
    return (await readLedger(this.#ledger)).filter((each) => each.site === site && each.ackAt > since).length;
  }
}

function covers({ site, after, before }: MayLose, { site: by, ackAt }: LedgerEntry): boolean {
  return by === site && ackAt > after && ackAt < before;
}
