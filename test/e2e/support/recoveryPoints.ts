import { createHash } from 'node:crypto';
import { keysOf } from '../../crash/storeListing.ts';

export interface StoredOrder {
  readonly id: string;
  readonly tenant: string;
  readonly hash: string;
}

/** Key of the newest recovery point of a workload's orders; undefined when there is none yet. */
export async function newestPoint(storeUrl: string, workload: string): Promise<string | undefined> {
  return (await keysOf(storeUrl, `recovery/${workload}/db/orders/`)).toSorted().at(-1);
}

/** The orders in a recovery point, oldest first. */
export async function ordersIn(storeUrl: string, key: string): Promise<StoredOrder[]> {
  return (await linesOf(storeUrl, key)).map((line) => JSON.parse(line) as StoredOrder);
}

/** Takes orders out of a recovery point that is in the store already. Its name stays true to its content, so nothing but the missing orders tells. */
export async function takeOut(storeUrl: string, key: string, ids: readonly string[]): Promise<string> {
  const rest = (await linesOf(storeUrl, key)).filter((line) => !ids.includes((JSON.parse(line) as StoredOrder).id));
  const text = rest.map((line) => `${line}\n`).join('');
  const next = `${key.slice(0, -64)}${createHash('sha256').update(text).digest('hex')}`;
  await expectOk(fetch(`${storeUrl}/muster/${next}`, { method: 'PUT', body: text }));
  await expectOk(fetch(`${storeUrl}/muster/${key}`, { method: 'DELETE' }));
  return next;
}

async function linesOf(storeUrl: string, key: string): Promise<string[]> {
  return (await (await expectOk(fetch(`${storeUrl}/muster/${key}`))).text()).split('\n').filter((line) => line !== '');
}

async function expectOk(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (!answer.ok) throw new Error(`the store answered ${answer.status} to ${answer.url}: ${await answer.text()}`);
  return answer;
}
