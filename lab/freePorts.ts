import { createServer, type Server } from 'node:net';

/** Ports of 127.0.0.1 that nobody listens on: the wanted ones where they are free, else others. All different. */
export async function freePorts(wanted: readonly number[]): Promise<number[]> {
  const held: { port: number; server: Server }[] = [];
  for (const port of wanted) held.push((await hold(port)) ?? (await hold(0)) ?? fail());
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return held.map(({ port }) => port);
}

function hold(port: number): Promise<{ port: number; server: Server } | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      resolve(address && typeof address === 'object' ? { port: address.port, server } : undefined);
    });
  });
}

function fail(): never {
  throw new Error('no port of 127.0.0.1 can be listened on');
}
