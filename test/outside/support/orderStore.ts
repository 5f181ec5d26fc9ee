import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Order {
  readonly id: string;
  readonly hash: string;
  readonly tenant: string;
}

/** A workload that keeps what is posted to it and lists it. Tests reach into `orders` to spoil it. */
export class OrderStore implements AsyncDisposable {
  readonly #server: Server;
  orders: Order[] = [];
  site = 'source';
  /** Called before an order is kept; answers whether it is acknowledged. */
  onOrder: (order: Order) => 'keep' | 'forget' | 'refuse' | 'hang' = () => 'keep';
  answersWithSite = true;

  private constructor() {
    this.#server = createServer((request, response) => {
      if (this.answersWithSite) response.setHeader('x-site', this.site);
      if (request.method === 'GET') return void response.end(JSON.stringify({ orders: this.orders }));
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        const order: Order = JSON.parse(text);
        const what = this.onOrder(order);
        if (what === 'hang') return;
        if (what === 'keep') this.orders.push(order);
        response.writeHead(what === 'refuse' ? 503 : 201).end();
      });
    });
  }

  static async open(): Promise<OrderStore> {
    const store = new OrderStore();
    await new Promise<void>((resolve) => store.#server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/orders`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
