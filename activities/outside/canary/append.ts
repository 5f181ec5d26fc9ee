import type { CanarySpec } from '../../../drills/probing.ts';
import { exchange, reasonOf } from '../process/exchange.ts';
import { siteOf } from '../process/identity.ts';
import { type Marker, markerHash, markerId } from './marker.ts';

const MOST_BYTES = 64 * 1024;

/**
 * Writes one marker, once. Without an acknowledgement it may be there or not, and says nothing; it is never sent again under its number.
 * `now` is the clock of the ledger.
 */
export async function append(spec: CanarySpec, run: string, seq: number, sentAt: Date, now: () => Date): Promise<object> {
  const id = markerId(run, seq);
  const marker: Marker = { id, tenant: spec.tenant, hash: markerHash(id), at: sentAt.toISOString() };
  try {
    const answer = await exchange({ ...spec.append, timeoutSeconds: spec.timeoutSeconds, maxBytes: MOST_BYTES, body: marker });
    const site = spec.identity && siteOf(spec.identity, answer.headers, answer.body);
    if (answer.status < 200 || answer.status > 299) return { seq, sentAt, error: `answered ${answer.status}` };
    if (spec.identity && !site) return { seq, sentAt, error: 'answered without identity' };
    return { seq, sentAt, ackAt: now(), ...(site && { site }) };
  } catch (error) {
    return { seq, sentAt, error: reasonOf(error) };
  }
}
