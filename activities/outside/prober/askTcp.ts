import { connect } from 'node:net';
import { reasonOf } from '../process/exchange.ts';
import type { Ask, Seen } from './ask.ts';

/** A connection names nobody: an identity rule does not apply. */
export const askTcp: Ask<'tcp'> = ({ host, port }, { timeoutSeconds }) => {
  const { promise, resolve, reject } = Promise.withResolvers<Seen>();
  const socket = connect({ host, port });
  const timer = setTimeout(() => reject(new Error(`no connection within ${timeoutSeconds} s`)), timeoutSeconds * 1000);
  socket.on('connect', () => resolve({}));
  socket.on('error', (error) => reject(new Error(reasonOf(error))));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
};
