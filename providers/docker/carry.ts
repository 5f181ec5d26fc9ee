import { Transform } from 'node:stream';
import { DriverError } from '../errors.ts';
import { ask } from './ask.ts';
import { opener } from './client.ts';
import type { DockerConfig } from './config.ts';
import { isCode } from './errors.ts';

export interface Carry {
  readonly from: DockerConfig;
  readonly to: DockerConfig;
  readonly signal: AbortSignal;
  /** Called with the bytes that have passed so far. */
  readonly progress?: (bytes: number) => void;
}

/**
 * Carries an image from one host to another that may have no way to a registry. It passes through and is never held whole. Returns its id, which
 * is the digest of its configuration and so of its layers: at the other host it is seen to be the same, or Invalid is thrown. One that is there
 * already is not carried again.
 */
export async function carryImage(ref: string, { from, to, signal, progress }: Carry): Promise<string> {
  const [source, target] = await Promise.all([opener(from)(), opener(to)()]);
  const { Id } = await ask(signal, () => source.getImage(ref).inspect());
  const idThere = (): Promise<string | undefined> =>
    ask(signal, () => target.getImage(ref).inspect()).then(
      (found) => found.Id,
      (error: unknown) => {
        if (isCode(error, 'NotFound')) return undefined;
        throw error;
      },
    );
  if ((await idThere()) === Id) return Id;
  const saved = await ask(signal, () => source.getImage(ref).get());
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, next) {
      bytes += chunk.length;
      progress?.(bytes);
      next(null, chunk);
    },
  });
  saved.on('error', (error) => counted.destroy(error));
  const abort = (): void => void counted.destroy(new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    const answer = await ask(signal, () => target.loadImage(saved.pipe(counted)));
    // It is loaded when the answer has been told to its end.
    for await (const _ of answer) signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', abort);
  }
  const there = await idThere();
  if (there !== Id)
    throw new DriverError('Invalid', `${ref} is ${there ?? 'not there'} after it was carried, and should be ${Id}: remove it there and carry it again`);
  return Id;
}
