import { connect } from 'node:net';

export interface Poll {
  readonly sentAt: number;
  readonly site?: string;
}

/** A client of its own, sharing no code with the prober: asks every 50 ms and notes who answered. */
export class Client {
  static readonly everyMs = 50;
  readonly polls: Poll[] = [];
  readonly #port: number;
  readonly #timeoutMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #open = new Set<Promise<void>>();

  constructor(port: number, timeoutMs: number) {
    this.#port = port;
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => {
      const poll = this.#poll();
      this.#open.add(poll);
      void poll.finally(() => this.#open.delete(poll));
    }, Client.everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    this.polls.sort((a, b) => a.sentAt - b.sentAt);
  }

  /** Start of the first window of `holdMs` from `t0` on in which `site` answered every time. */
  recoveredAt(site: string, t0: number, holdMs: number): number | undefined {
    let start: number | undefined;
    for (const poll of this.polls) {
      if (poll.sentAt < t0) continue;
      if (poll.site !== site) start = undefined;
      else start ??= poll.sentAt;
      if (start !== undefined && poll.sentAt - start >= holdMs) return start;
    }
    return undefined;
  }

  async #poll(): Promise<void> {
    const sentAt = Date.now();
    const text = await this.#ask();
    const site = /^HTTP\/1\.1 200 .*?\r\nx-site: (\w+)\r\n/s.exec(text)?.[1];
    this.polls.push({ sentAt, ...(site !== undefined && text.endsWith('ok\n') && { site }) });
  }

  #ask(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(this.#port, '127.0.0.1', () => socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n'));
    let text = '';
    socket
      .on('data', (chunk) => (text += chunk))
      .on('error', () => {})
      .on('close', () => resolve(text));
    const timer = setTimeout(() => socket.destroy(), this.#timeoutMs);
    return promise.finally(() => clearTimeout(timer));
  }
}
