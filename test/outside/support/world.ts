import { createServer, type Server, type Socket } from 'node:net';

/** How the place that clients reach answers just now. */
export type Mood = 'source' | 'target' | 'hang' | 'refuse' | 'maintenance' | 'error' | 'halfway';

const ANSWERS: Readonly<Record<'source' | 'target' | 'maintenance' | 'error', string>> = {
  source: page('200 OK', 'x-site: source\r\n'),
  target: page('200 OK', 'x-site: target\r\n'),
  maintenance: page('200 OK', ''),
  error: page('503 Service Unavailable', 'x-site: source\r\n'),
};

/** What clients reach: a server whose mood changes in mid-flight. A request is answered in the mood in which it arrives, or never. */
export class World implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  mood: Mood = 'source';
  /** `performance.now()` at each request. */
  readonly requests: number[] = [];

  private constructor() {
    this.#server = createServer((socket) => this.#meet(socket));
  }

  static async open(): Promise<World> {
    const world = new World();
    await new Promise<void>((resolve) => world.#server.listen(0, '127.0.0.1', resolve));
    return world;
  }

  /** Connections that clients hold just now. */
  get open(): number {
    return this.#sockets.size;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/health`;
  }

  #meet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    if (this.mood === 'refuse') socket.resetAndDestroy();
    socket.once('data', () => {
      this.requests.push(performance.now());
      answer(socket, this.mood);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function answer(socket: Socket, mood: Mood): void {
  if (mood === 'refuse') socket.resetAndDestroy();
  else if (mood === 'halfway') socket.write('HTTP/1.1 200 OK\r\nx-site: target\r\ncontent-length: 100\r\n\r\nhalf');
  else if (mood !== 'hang') socket.end(ANSWERS[mood]);
}

function page(status: string, headers: string): string {
  return `HTTP/1.1 ${status}\r\n${headers}content-type: text/plain\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n`;
}
