import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Replies {
  readonly socket: string;
  /** The next request to make a container is carried out, and its reply does not arrive. */
  loseNext(): void;
  close(): Promise<void>;
}

/** A socket before a daemon's own. */
export async function startReplies(target: string, socket: string): Promise<Replies> {
  let losing = false;
  const server = createServer(async (asked, reply) => {
    const body = await buffer(asked);
    const lost = losing && asked.method === 'POST' && asked.url?.startsWith('/1.0/instances?');
    if (lost) losing = false;
    const sent = request({ socketPath: target, method: asked.method, path: asked.url, headers: asked.headers }, (answer) => {
      if (lost) {
        answer.resume();
        asked.socket.destroy();
        return;
      }
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(reply);
    });
    sent.on('error', () => asked.socket.destroy());
    sent.end(body);
  }).listen(socket);
  await once(server, 'listening');
  return {
    socket,
    loseNext: () => {
      losing = true;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
