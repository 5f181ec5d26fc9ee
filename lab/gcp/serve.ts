import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedCall } from '../admin.ts';
import type { Faults, How } from '../faults.ts';
import { checkedAnswer, checkedBody } from './answer.ts';
import { HANDLERS } from './handlers/index.ts';
import { flat, type Json, jsonOf } from './json.ts';
import { authorized, denied } from './permissions.ts';
import { Refusal, refusals } from './refusal.ts';
import { type Routed, routed } from './routes.ts';
import { checkRequestId } from './rules.ts';
import { exchangeToken } from './sts.ts';
import type { Tokens } from './tokens.ts';
import type { World } from './world.ts';

export interface Api {
  readonly world: World;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly calls: ReceivedCall[];
  /** What this lab would have answered and Google would not. */
  readonly wrong: string[];
  /** By request: the full name of the operation that it began. */
  readonly requests: Map<string, string>;
}

interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one request, or breaks the connection where a fault says so. */
export async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const received = await text(request);
  const url = new URL(request.url ?? '/', 'http://lab');
  const cut = (): void => void request.socket.destroy();
  const asked = askedOf(request.method ?? 'GET', url, received);
  const how = api.faults.meet(asked);
  api.calls.push({ ...asked, at: Date.now() });
  if (how?.kind === 'slow') await sleep(how.ms);
  if (how?.kind === 'cut') return cut();
  const { status, body, headers = {} } = await answerTo(api, request, url, received, how);
  if (how?.kind === 'lostReply') return cut();
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(JSON.stringify(body, null, 2));
}

const TOKEN_CALL = 'sts.token';

/** As faults and the list of calls see it; what no route has goes by its path. */
function askedOf(httpMethod: string, url: URL, received: string): Omit<ReceivedCall, 'at'> {
  if (url.pathname === '/v1/token') return { call: TOKEN_CALL, fields: {} };
  try {
    const { id, parameters } = routed(httpMethod, url);
    return { call: id, ...(parameters.zone === undefined ? {} : { zone: parameters.zone }), fields: { ...flat(parse(received)), ...parameters } };
  } catch {
    return { call: `${httpMethod} ${url.pathname}`, fields: {} };
  }
}

function parse(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return {};
  }
}

async function answerTo(api: Api, request: IncomingMessage, url: URL, received: string, how: How | undefined): Promise<Answer> {
  if (url.pathname === '/v1/token') {
    // Faults of the API are not the token endpoint's: it breaks off, is slow, or refuses where a fault says so in so many words.
    if (how?.kind === 'refuse') return { status: how.status, body: { error: how.code, error_description: how.message ?? how.code } };
    return exchangeToken(api.tokens, new URLSearchParams(received));
  }
  try {
    const route = routed(request.method ?? 'GET', url);
    return { status: 200, body: await work(api, request.headers.authorization, route, received, how) };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.more.headers ?? {} };
    const message = error instanceof Error ? error.message : String(error);
    api.wrong.push(message);
    console.error(`the Google lab is wrong: ${message}`);
    return { status: 500, body: new Refusal(500, 'internalError', message).body };
  }
}

async function work(api: Api, authorization: string | undefined, route: Routed, received: string, how: How | undefined): Promise<Json> {
  const { world, tokens, faults, requests } = api;
  const { id, method, parameters } = route;
  if (how?.kind === 'expired') throw refusals.credentials('ACCESS_TOKEN_EXPIRED', id);
  const loose = jsonOf(parse(received));
  const principal = authorized(tokens, authorization, route, loose);
  refuseBy(how, world, id, parameters, loose);
  if (parameters.project !== world.project) throw refusals.notFound(`projects/${parameters.project}`);
  const body = checkedBody(id, method, received);
  const { requestId } = parameters;
  const key = requestId === undefined ? undefined : `${id} ${parameters.zone ?? parameters.region ?? ''} ${requestId.toLowerCase()}`;
  if (requestId !== undefined) checkRequestId(requestId);
  // https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses#idempotency: the second of the same is passed over.
  const before = key === undefined ? undefined : requests.get(key);
  if (before !== undefined) return checkedAnswer(id, method, world.operations.get(before).view);
  const meetIn = (zone: string): How | undefined => faults.meet({ call: id, zone, fields: { ...flat(body), ...parameters } });
  const answer = checkedAnswer(id, method, await HANDLERS[id]({ world, parameters, body, user: principal.email, how, meetIn }));
  if (key === undefined || typeof answer.selfLink !== 'string') return answer;
  const operation = world.operations.get(answer.selfLink.replace(/^.*\/compute\/v1\//, ''));
  operation.clientOperationId = requestId;
  requests.set(key, operation.name);
  return checkedAnswer(id, method, operation.view);
}

/** Faults that are answers of their own. Capacity and quota are the work's: Google tells them in the operation. */
function refuseBy(how: How | undefined, { project }: World, id: string, parameters: Routed['parameters'], body: Json): void {
  if (how?.kind === 'throttle') throw refusals.throttled(project, how.retryAfterSeconds);
  if (how?.kind === 'denied') throw denied(id, parameters, body);
  if (how?.kind === 'refuse') throw new Refusal(how.status, how.code, how.message ?? how.code);
}
