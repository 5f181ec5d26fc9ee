import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';
import type { Proxy } from './proxy.ts';
import { routeValue } from './route.ts';
import type { State } from './state.ts';

const LONGEST_BODY = 65_536;

const cutBody = z.object({ targets: z.array(z.object({ host: z.string(), port: z.number() })) });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * `GET /routes/NAME`, `PUT /routes/NAME` with the version in If-Match, `POST /routes/NAME/cut`. Nobody is asked who
 * they are: whoever reaches the port may switch the routes.
 */
export function adminServer(state: State, proxies: ReadonlyMap<string, Proxy>): Server {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(state, proxies, request).catch((error: unknown) =>
      refusal(500, error instanceof Error ? error.message : String(error)),
    );
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
  });
  // Longer than clients keep an idle connection: the side that does not send must not be the one that closes.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function answer(state: State, proxies: ReadonlyMap<string, Proxy>, request: IncomingMessage): Promise<Answer> {
  const [, encoded = '', cut] = /^\/routes\/([^/?]+)(\/cut)?$/.exec(request.url ?? '') ?? [];
  const name = decoded(encoded);
  const proxy = proxies.get(name);
  const present = state.get(name);
  if (!proxy || !present) return refusal(404, `no route ${JSON.stringify(name)} here`);

  if (cut) {
    if (request.method !== 'POST') return refusal(405, 'cut is a POST');
    const body = cutBody.safeParse(await jsonOf(request));
    return body.success ? { status: 200, body: { cut: proxy.cut(body.data.targets) } } : invalid(body.error);
  }
  if (request.method === 'GET') return { status: 200, body: present };
  if (request.method !== 'PUT') return refusal(405, 'a route knows GET and PUT');

  const expected = request.headers['if-match']?.replace(/^"|"$/g, '');
  if (expected === undefined) return refusal(400, 'If-Match with the version that you read is missing');
  const value = routeValue.safeParse(await jsonOf(request));
  if (!value.success) return invalid(value.error);
  const written = state.set(name, value.data, expected);
  if (!written) return refusal(412, `route ${name} is at version ${state.get(name)?.version}, not ${expected}`);
  proxy.aim(written.targets);
  return { status: 200, body: written };
}

function refusal(status: number, error: string): Answer {
  return { status, body: { error } };
}

function invalid(error: z.ZodError): Answer {
  return refusal(400, error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; '));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Undefined when it is no JSON. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LONGEST_BODY) return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
