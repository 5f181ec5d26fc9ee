import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';

/**
 * Ports of 127.0.0.1 that nobody listens on: the wanted ones where they are free, else others. All different, and nobody else who
 * asks here gets them as long as this process lives: between the question and the program that listens there, seconds may pass.
 */
export async function freePorts(wanted: readonly number[]): Promise<number[]> {
  const held: { port: number; server: Server }[] = [];
  for (const port of wanted) held.push((await hold(port)) ?? (await another()));
  await Promise.all(held.map(({ server }) => closed(server)));
  return held.map(({ port }) => port);
}

async function another(): Promise<{ port: number; server: Server }> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const found = await hold(0);
    if (found) return found;
  }
  throw new Error('no port of 127.0.0.1 can be listened on');
}

async function hold(wanted: number): Promise<{ port: number; server: Server } | undefined> {
  // First the claim: to listen even for a moment where another has claimed would look to him as if his port was taken.
  if (wanted !== 0 && !(await claimed(wanted))) return undefined;
  const server = createServer();
  const port = await new Promise<number | undefined>((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
      const address = server.address();
      resolve(address && typeof address === 'object' ? address.port : undefined);
    });
  });
  if (port === undefined) return undefined;
  if (wanted !== 0 || (await claimed(port))) return { port, server };
  await closed(server);
  return undefined;
}

/** A claim is the UDP port of the same number, which nothing here uses: it ends with this process, however that ends. */
function claimed(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => {
      socket.unref();
      resolve(true);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
