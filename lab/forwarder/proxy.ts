import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Pick } from './pick.ts';
import type { Target } from './route.ts';

/** Clients wait no longer for a target that does not answer at all. */
const CONNECT_MS = 5000;
const KEEP_ALIVE_MS = 10_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Carries bytes between clients and the present targets. A connection keeps the target that it got; a client whose
 * target refuses, or for which there is none, is reset at once. No target's behaviour ends the process.
 */
export class Proxy {
  readonly #server: Server;
  /** Each client's connection, from the moment its target was chosen, by that target. */
  readonly #pairs = new Map<Socket, { upstream: Socket; target: Address }>();
  #pick: Pick;

  constructor(targets: readonly Target[]) {
    this.#pick = new Pick(targets);
    // Half-close is passed on: a client may send its last byte and still wait for the answer.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (client) => this.#carry(client));
  }

  async listen({ host, port }: Address): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    this.#server.on('error', (error) => console.error(`forwarder: a client was not accepted: ${error.message}`));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error(`${host} gave no port`);
    return address.port;
  }

  /** For the next connections; those that are established are kept. */
  aim(targets: readonly Target[]): void {
    this.#pick = new Pick(targets);
  }

  /** Resets the connections to these targets and gives their number. */
  cut(targets: readonly Address[]): number {
    const hit = [...this.#pairs].filter(([, { target }]) => targets.some(({ host, port }) => host === target.host && port === target.port));
    for (const [client, { upstream }] of hit) reset(client, upstream);
    return hit.length;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const [client, { upstream }] of this.#pairs) reset(client, upstream);
    });
  }

  #carry(client: Socket): void {
    const target = this.#pick.next();
    client.on('error', () => {});
    if (!target) {
      reset(client);
      return;
    }
    const upstream = connect({
      host: target.host,
      port: target.port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    this.#pairs.set(client, { upstream, target });
    const late = setTimeout(() => reset(client, upstream), CONNECT_MS);
    upstream.once('connect', () => clearTimeout(late));
    for (const socket of [client, upstream]) {
      socket.on('error', () => reset(client, upstream));
      socket.once('close', () => {
        clearTimeout(late);
        // Whichever side goes without a proper end takes the other with it.
        if (socket === client ? !upstream.writableEnded : !client.writableEnded) reset(client, upstream);
        if (client.destroyed && upstream.destroyed) this.#pairs.delete(client);
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
  }
}

function reset(...sockets: Socket[]): void {
  for (const socket of sockets) {
    // One that is still connecting would go on until it is connected; one that is shutting down cannot be reset: Node
    // then loses the open handle and spins on it.
    if (socket.connecting || socket.writableEnded) socket.destroy();
    else if (!socket.destroyed) socket.resetAndDestroy();
  }
}
