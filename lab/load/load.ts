import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { LedgerEntry } from './ledger.ts';

export const LoadOptions = z.object({
  /** Where clients reach the service: `/orders` is under it. */
  url: z.url({ protocol: /^https?$/ }),
  ratePerSecond: z.number().positive().max(1000),
  /** JSONL file that acknowledged orders are appended to. */
  ledger: z.string().min(1),
  tenant: z.string().min(1).default('load'),
  timeoutSeconds: z.number().positive().default(2),
});
export type LoadOptions = z.input<typeof LoadOptions>;

/** `acknowledged` and `refused` had an answer; `timedOut` and `unreachable` had none, so such an order may have been stored all the same. */
type Outcome = 'acknowledged' | 'refused' | 'timedOut' | 'unreachable';

export interface LoadSummary extends Readonly<Record<Outcome, number>> {
  readonly sent: number;
  /** Orders that were due while this process did not run; never sent, so that a stopped process does not come back as a flood. */
  readonly skipped: number;
  readonly startedAt: string;
  readonly endedAt: string;
}

export interface Load {
  /** As it stands now. */
  summary(): LoadSummary;
  /** Sends no more, waits for the answers under way (never longer than the time-out) and closes the ledger. Rejects when the ledger could not be written. */
  stop(): Promise<LoadSummary>;
}

const TICK_MS = 5;
const MAKE_UP_SECONDS = 1;
const Acknowledgement = z.object({ id: z.string(), hash: z.string() });

/** Places orders at a fixed rate however slow the service is, each on a connection of its own, and writes down what was acknowledged. */
export function startLoad(options: LoadOptions): Load {
  const { url, ratePerSecond, ledger, tenant, timeoutSeconds } = LoadOptions.parse(options);
  const place = new URL(`${url.replace(/\/$/, '')}/orders`);
  const file = openSync(ledger, 'a');
  const prefix = `${tenant}-${randomBytes(4).toString('hex')}`;
  const counts: Record<Outcome, number> = { acknowledged: 0, refused: 0, timedOut: 0, unreachable: 0 };
  const underWay = new Set<Promise<void>>();
  const startedAt = new Date();
  const began = performance.now();
  let due = 0;
  let sent = 0;
  let skipped = 0;
  let failure: unknown;
  let stopped: Promise<LoadSummary> | undefined;

  async function send(number: number): Promise<void> {
    const sentAt = new Date().toISOString();
    const content = { id: `${prefix}-${String(number).padStart(6, '0')}`, tenant, number, sentAt };
    const order = { ...content, hash: createHash('sha256').update(JSON.stringify(content)).digest('hex') };
    const answer = await post(place, order, timeoutSeconds * 1000);
    counts[answer.outcome] += 1;
    if (answer.outcome !== 'acknowledged') return;
    const entry: LedgerEntry = { id: order.id, hash: order.hash, sentAt, ackAt: new Date().toISOString(), site: answer.site };
    // Written before anything else happens: what was acknowledged must be in the ledger even if this process is killed next.
    writeSync(file, `${JSON.stringify(entry)}\n`);
  }

  function fail(error: unknown): void {
    failure ??= error;
    clearInterval(timer);
  }

  const timer = setInterval(() => {
    const dueNow = Math.floor(((performance.now() - began) / 1000) * ratePerSecond);
    const tooLate = Math.max(0, dueNow - due - Math.ceil(ratePerSecond * MAKE_UP_SECONDS));
    skipped += tooLate;
    for (due += tooLate; due < dueNow; due += 1) {
      const request = send((sent += 1))
        .catch(fail)
        .finally(() => underWay.delete(request));
      underWay.add(request);
    }
  }, TICK_MS);

  const summary = (): LoadSummary => ({ sent, ...counts, skipped, startedAt: startedAt.toISOString(), endedAt: new Date().toISOString() });
  return {
    summary,
    stop: () => (stopped ??= stop()),
  };

  async function stop(): Promise<LoadSummary> {
    clearInterval(timer);
    await Promise.all(underWay);
    closeSync(file);
    if (failure !== undefined) throw new Error(`load: ${ledger} does not take acknowledged orders: start again with another --ledger`, { cause: failure });
    return summary();
  }
}

type Answer = { outcome: Exclude<Outcome, 'acknowledged'> } | { outcome: 'acknowledged'; site: string | null };

/** Never rejects. Only an answer that repeats the order's id and hash acknowledges it: a maintenance page with status 200 does not. */
async function post(url: URL, order: { id: string; hash: string }, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(url, JSON.stringify(order), signal);
    const body = Acknowledgement.safeParse(await json(response).catch((error: unknown) => (error instanceof SyntaxError ? undefined : Promise.reject(error))));
    const isOurs = body.success && body.data.id === order.id && body.data.hash === order.hash;
    if (!isOurs || (response.statusCode !== 201 && response.statusCode !== 200)) return { outcome: 'refused' };
    return { outcome: 'acknowledged', site: response.headers['x-site']?.toString() ?? null };
  } catch {
    return { outcome: signal.aborted ? 'timedOut' : 'unreachable' };
  }
}

function request(url: URL, body: string, signal: AbortSignal): Promise<http.IncomingMessage> {
  const client = url.protocol === 'https:' ? https : http;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    client.request(url, { method: 'POST', headers, agent: false, signal }, resolve).on('error', reject).end(body);
  });
}
