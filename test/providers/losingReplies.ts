import { once } from 'node:events';
import { createServer } from 'node:http';
import type { LeaseUrls } from '../../providers/leases/index.ts';

export interface LosingReplies {
  readonly urls: LeaseUrls;
  /** The next PUT is carried out, and its reply does not arrive. */
  loseNext(): void;
  lost(): number;
  close(): void;
}

/** In front of a store. */
export async function losingReplies({ getUrl }: LeaseUrls): Promise<LosingReplies> {
  let wanted = false;
  let count = 0;
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers: Record<string, string> = {};
    for (const name of ['if-match', 'if-none-match'] as const) if (request.headers[name] !== undefined) headers[name] = request.headers[name];
    const put = request.method === 'PUT';
    const reply = await fetch(getUrl, { method: put ? 'PUT' : 'GET', headers, ...(put ? { body: Buffer.concat(chunks) } : {}) }).catch(() => undefined);
    if (!reply || (put && wanted)) {
      if (reply) {
        wanted = false;
        count += 1;
      }
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { etag: reply.headers.get('etag') ?? '' }).end(await reply.text());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  return {
    urls: { getUrl: url, putUrl: url },
    loseNext: () => {
      wanted = true;
    },
    lost: () => count,
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
