import { once } from 'node:events';
import { createServer } from 'node:http';
import type { MachineSpec } from './host.ts';

export interface RunningMetadata {
  /** The variable by which programs on the machine find it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The metadata service of one machine: only that machine is told where it is. */
export async function startMetadata({ variable, form, handle }: NonNullable<MachineSpec['metadata']>): Promise<RunningMetadata> {
  const server = createServer((request, response) => handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    environment: { [variable]: form === 'url' ? `http://${host}` : host },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
