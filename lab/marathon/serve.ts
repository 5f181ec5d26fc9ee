import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedCall } from '../admin.ts';
import type { Faults, How } from '../faults.ts';
import { fits } from './fits.ts';
import { type Answer, type Context, HANDLERS } from './handlers.ts';
import { flat } from './json.ts';
import { Refusal, refusals } from './refusal.ts';
import { type Routed, routed } from './routes.ts';
import { TYPES } from './types.ts';

export interface Api {
  readonly faults: Faults;
  readonly calls: ReceivedCall[];
  /** What this lab would have answered and Marathon would not. */
  readonly wrong: string[];
  /** What was asked for in words that Marathon does not know, and so passes over. */
  readonly unheard: string[];
  /** By `Authorization`: who may what. Undefined: nobody is asked. */
  readonly users: Readonly<Record<string, 'read' | 'write'>> | undefined;
  readonly base: Pick<Context, 'world' | 'deployments' | 'views' | 'nextPort'>;
}

/** Answers one request, or breaks the connection where a fault says so. */
export async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const url = new URL(request.url ?? '/', 'http://lab');
  const method = request.method ?? 'GET';
  const found = routed(method, url);
  const asked = { call: found?.route.call ?? `${method} ${url.pathname}`, fields: { ...flat(parsed(body)), ...found?.parameters } };
  const how = api.faults.meet(asked);
  api.calls.push({ ...asked, fields: { ...asked.fields, ...Object.fromEntries(url.searchParams) }, at: Date.now() });
  if (how?.kind === 'slow') await sleep(how.ms);
  if (how?.kind === 'cut') return void request.socket.destroy();
  const { status, body: answer, headers = {} } = answerTo(api, request, url, found, body, how);
  if (how?.kind === 'lostReply') return void request.socket.destroy();
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(answer === undefined ? undefined : JSON.stringify(answer));
}

function answerTo(api: Api, request: IncomingMessage, url: URL, found: Routed | undefined, body: string, how: How | undefined): Answer {
  let answer: Answer;
  try {
    answer = work(api, request, url, found, body, how);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = { status: error.status, body: error.body, type: TYPES.error, headers: error.headers };
  }
  const { problems } = fits(answer.body, answer.type);
  for (const { path, error } of problems) api.wrong.push(`${found?.route.call ?? url.pathname} ${answer.status}: ${path} ${error}`);
  return answer;
}

function work(api: Api, request: IncomingMessage, url: URL, found: Routed | undefined, body: string, how: How | undefined): Answer {
  refuseBy(how);
  const { authorization = '' } = request.headers;
  const may = api.users && Object.hasOwn(api.users, authorization) ? api.users[authorization] : undefined;
  if (api.users && may === undefined) throw refusals.unauthenticated();
  const handler = found && HANDLERS[found.route.call];
  if (!found || !handler) throw refusals.noRoute();
  if (may === 'read' && found.route.method !== 'GET') throw refusals.unauthorized();
  const { route, parameters } = found;
  for (const name of url.searchParams.keys()) if (!route.query.includes(name)) api.unheard.push(`${route.call}?${name}`);
  const heard = (unheard: readonly string[]): void => void api.unheard.push(...unheard.map((path) => `${route.call} ${path}`));
  return handler({ ...api.base, parameters, query: url.searchParams, body, how, heard });
}

/** Faults that are answers of their own. The others are the work's. */
function refuseBy(how: How | undefined): void {
  if (how?.kind === 'throttle') throw refusals.throttled(how.retryAfterSeconds);
  if (how?.kind === 'denied') throw refusals.unauthorized();
  if (how?.kind === 'expired') throw refusals.unauthenticated();
  if (how?.kind === 'refuse') throw new Refusal(how.status, { message: how.message ?? how.code });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
