import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { type Asked, fault, type Faults } from './faults.ts';

/** A call that a cloud of the lab received, in the order of coming in. */
export interface ReceivedCall extends Asked {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Inventory = Readonly<Record<string, readonly string[]>>;

export interface Administered {
  readonly faults: Faults;
  /** The newest calls last. */
  readonly calls: ReceivedCall[];
  /** All that exists, by kind, as names: the cloud's own view. */
  inventory(): Inventory | Promise<Inventory>;
}

export interface RunningAdmin {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * One interface for the person at the lab, the same for every cloud: `POST /faults`, `DELETE /faults`, `GET /calls`, `DELETE /calls`,
 * `GET /inventory`.
 */
export async function startAdmin({ faults, calls, inventory }: Administered): Promise<RunningAdmin> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (`${request.method} ${request.url}`) {
      case 'POST /faults': {
        const parsed = fault.safeParse(await json(request).catch(() => undefined));
        if (!parsed.success) return answer(400, { error: parsed.error.message });
        faults.plant(parsed.data);
        return answer(200, {});
      }
      case 'DELETE /faults':
        faults.clear();
        return answer(200, {});
      case 'GET /calls':
        return answer(200, calls);
      case 'DELETE /calls':
        calls.length = 0;
        return answer(200, {});
      case 'GET /inventory':
        return answer(200, await Promise.resolve(inventory()).catch((error: unknown) => ({ failed: [String(error)] })));
      default:
        return answer(404, { error: `there is no ${request.method} ${request.url}` });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
