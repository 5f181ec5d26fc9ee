import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { reasonOf } from '../reason.ts';
import type { Endpoint, Route, RouteValue } from '../spec.ts';
import type { ForwarderConfig } from './config.ts';
import { ForwarderError } from './errors.ts';

/** A forwarder that does not answer is away; the caller's signal may end it sooner. */
const TIMEOUT_MS = 10_000;

const routeReply = z.object({
  targets: z.array(z.object({ host: z.string(), port: z.number(), weight: z.number() })),
  ttlSeconds: z.number(),
  version: z.string(),
});
const refusal = z.object({ error: z.string() });

export async function getRoute(at: Named, signal: AbortSignal): Promise<Route> {
  return routeReply.parse(await ask(at, '', { method: 'GET' }, signal));
}

export async function putRoute(at: Named, next: RouteValue, expected: string, signal: AbortSignal): Promise<Route> {
  const body = JSON.stringify({ targets: next.targets, ttlSeconds: next.ttlSeconds });
  return routeReply.parse(await ask(at, '', { method: 'PUT', headers: { 'if-match': `"${expected}"` }, body }, signal));
}

export async function postCut(at: Named, targets: readonly Endpoint[], signal: AbortSignal): Promise<void> {
  await ask(at, '/cut', { method: 'POST', body: JSON.stringify({ targets: targets.map(({ host, port }) => ({ host, port })) }) }, signal);
}

export interface Named {
  readonly admin: ForwarderConfig['admin'];
  readonly name: string;
}

async function ask({ admin, name }: Named, verb: string, init: RequestInit, signal: AbortSignal): Promise<unknown> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${admin}/routes/${encodeURIComponent(name)}${verb}`, { ...init, signal: limited });
    ({ status } = response);
    text = await response.text();
  } catch (error) {
    throw new DriverError('Unavailable', `the forwarder at ${admin} does not answer: ${reasonOf(error)}`, { cause: error });
  }
  if (status === 200) return jsonOf(text);
  const said = refusal.safeParse(jsonOf(text));
  throw new ForwarderError(status, said.success ? said.data.error : `the forwarder answered ${status}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
