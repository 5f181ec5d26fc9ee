import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../../providers/spec.ts';

/** A target that says its name to each client, then repeats what it hears. */
export class EchoTarget {
  readonly name: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(name: string) {
    this.name = name;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      socket.write(`${name}\n`);
      socket.pipe(socket);
    });
  }

  async listen(port = 0): Promise<Endpoint> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { host: '127.0.0.1', port: address.port };
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** A client that keeps its connection. */
export class EchoClient {
  readonly socket: Socket;
  #text = '';
  #over = false;
  #wake: () => void = () => {};

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.socket.setEncoding('utf8').on('error', () => {});
    this.socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake();
    });
    for (const event of ['end', 'close']) {
      this.socket.on(event, () => {
        this.#over = true;
        this.#wake();
      });
    }
  }

  /** The next line; undefined when the connection is over. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Whether what is said still comes back. */
  async isOpen(): Promise<boolean> {
    if (this.#over) return false;
    this.socket.write('still there?\n');
    return (await this.line()) === 'still there?';
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Who answers a new client; undefined = it was turned away. */
export async function whoAnswers(url: string): Promise<string | undefined> {
  const client = new EchoClient(url);
  const name = await client.line();
  client.close();
  return name;
}
