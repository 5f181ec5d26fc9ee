import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Faults } from './faults.ts';
import { LaunchTimes, refusedByState } from './states.ts';
import { ClientTokens } from './tokens.ts';
import { type Answer, ask } from './upstream.ts';
import { errorXml } from './xml.ts';

export interface ReceivedCall {
  readonly action: string;
  readonly key: string;
}

export interface RunningLayer {
  /** The endpoint for clients. */
  readonly url: string;
  readonly faults: Faults;
  /** Actions in the order they came in, since the last `forget`, and with which access key. */
  readonly calls: readonly ReceivedCall[];
  forget(): void;
  stop(): Promise<void>;
}

/**
 * What EC2 does and the server behind does not: client tokens, refusals by state, launch times that move at a start; and faults on
 * demand. Everything else goes through as it came.
 */
export async function startLayer(upstream: string): Promise<RunningLayer> {
  const faults = new Faults();
  const tokens = new ClientTokens();
  const launches = new LaunchTimes();
  const calls: ReceivedCall[] = [];

  const answer = async (form: URLSearchParams, headers: IncomingMessage['headers']): Promise<Answer> => {
    const on = (next: URLSearchParams) => ask(upstream, next, headers);
    const refused = await refusedByState(form, on);
    if (refused) return refused;
    const action = form.get('Action');
    const answered = action === 'RunInstances' ? await tokens.run(form, on) : await on(form);
    if (action === 'StartInstances' && answered.status === 200) launches.started(form);
    return { ...answered, body: launches.apply(answered.body) };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    calls.push({ action: form.get('Action') ?? '', key: /Credential=([^/]*)/.exec(request.headers.authorization ?? '')?.[1] ?? '' });
    const how = faults.meet(form);
    if (how?.kind === 'slow') await sleep(how.ms);
    if (how?.kind === 'cut') return void request.socket.destroy();
    if (how?.kind === 'refuse') {
      const retryAfter = how.retryAfterSeconds === undefined ? {} : { 'retry-after': String(how.retryAfterSeconds) };
      return reply(response, { status: how.status, body: errorXml(how.code, how.message ?? how.code), headers: retryAfter });
    }
    const answered = await answer(form, request.headers);
    if (how?.kind === 'lostReply') return void request.socket.destroy();
    reply(response, answered);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      reply(response, { status: 503, body: errorXml('Unavailable', `the server behind is away: ${String(error)}`) }),
    );
  });
  // A connection that ends while a client takes it up again would be a fault that nobody asked for.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    faults,
    calls,
    forget: () => void calls.splice(0),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function reply(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', ...headers }).end(body);
}
