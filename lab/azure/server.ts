import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedCall } from '../admin.ts';
import type { Faults } from '../faults.ts';
import type { Answer } from './ask.ts';
import { ArmError } from './armError.ts';
import type { Dispatcher } from './dispatch.ts';
import { type Authority, authorityAnswer } from './identity/authority.ts';
import { flat } from './json.ts';

export interface Parts {
  readonly dispatcher: Dispatcher;
  readonly authority: Authority;
  readonly faults: Faults;
  readonly calls: ReceivedCall[];
}

export interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

export const CERTIFICATES = {
  /** The authority that clients must trust; good for nothing but the lab. */
  ca: new URL('certificates/worthless-ca.crt', import.meta.url),
  certificate: new URL('certificates/worthless-loopback.crt', import.meta.url),
  key: new URL('certificates/worthless-loopback.key', import.meta.url),
} as const;

/** Both services at one port of the loopback, over TLS: tokens, and Azure Resource Manager. The parts come once the port is known. */
export async function startServer(port: number, partsFor: (port: number) => Parts): Promise<RunningServer> {
  const server = createServer({ cert: readFileSync(CERTIFICATES.certificate), key: readFileSync(CERTIFICATES.key) });
  // A connection that ends while a client takes it up again would be a fault that nobody asked for.
  server.keepAliveTimeout = 600_000;
  // Those too that are still shaking hands: nobody else would close them.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : 0;
  const parts = partsFor(bound);
  server.on('request', (request, response) => void serve(parts, request, response));
  return {
    port: bound,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

async function serve({ dispatcher, authority, faults, calls }: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const correlation = randomUUID();
  try {
    const { method = 'GET', headers } = request;
    const url = new URL(request.url ?? '/', authority.url);
    const body = await text(request);
    const form = new URLSearchParams(headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? body : '');
    const token = authorityAnswer(authority, method, url.pathname, form);
    if (token) return await serveToken(token, form, { faults, calls }, request, response);
    const { fault, answer } = dispatcher.dispatch({ method, url, headers, body });
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'slow') await sleep(fault.ms);
    const answered = await answer().catch(refused);
    if (fault?.kind === 'lostReply') return void request.socket.destroy();
    send(response, answered, {
      'x-ms-request-id': randomUUID(),
      'x-ms-correlation-request-id': correlation,
      'x-ms-routing-request-id': `LAB:${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}:${correlation}`,
      ...(typeof headers['x-ms-client-request-id'] === 'string' && { 'x-ms-client-request-id': headers['x-ms-client-request-id'] }),
    });
  } catch (error) {
    if (response.headersSent || request.socket.destroyed) return void request.socket.destroy();
    send(response, refused(error instanceof URIError ? new ArmError(400, 'BadRequest', `The address is not valid: ${error.message}.`) : error), {});
  }
}

/** The tenant's service goes wrong with faults for every call, and with those for `Token`. */
async function serveToken(
  token: NonNullable<ReturnType<typeof authorityAnswer>>,
  form: URLSearchParams,
  { faults, calls }: Pick<Parts, 'faults' | 'calls'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return send(response, token, {});
  const asked = { call: 'Token', fields: flat({ client_id: form.get('client_id') ?? '' }) };
  calls.push({ ...asked, at: Date.now() });
  const fault = faults.meet(asked);
  if (fault?.kind === 'cut' || fault?.kind === 'lostReply') return void request.socket.destroy();
  if (fault?.kind === 'slow') await sleep(fault.ms);
  const error = (status: number, name: string, description: string): void =>
    send(response, { status, body: { error: name, error_description: description } }, {});
  if (fault?.kind === 'throttle') return error(429, 'temporarily_unavailable', 'AADSTS90033: A transient error has occurred. Please try again.');
  if (fault?.kind === 'denied' || fault?.kind === 'expired') return error(401, 'invalid_client', 'AADSTS7000222: The provided client secret keys are expired.');
  if (fault?.kind === 'refuse' && fault.status !== 200) return error(fault.status, fault.code, fault.message ?? fault.code);
  return send(response, token, {});
}

function refused(error: unknown): Answer {
  const known = error instanceof ArmError ? error : new ArmError(500, 'InternalServerError', error instanceof Error ? error.message : String(error));
  return { status: known.status, body: { error: known.body }, ...(known.more.headers && { headers: known.more.headers }) };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer, always: Readonly<Record<string, string>>): void {
  response.writeHead(status, { ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }), ...always, ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
