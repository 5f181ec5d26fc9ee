import { z } from 'zod';
import { identify, isAlive } from '../processes.ts';
import { latest, replace } from './numbered.ts';

/** Without an identity it is nobody's turn. */
const turnRecord = z.object({ identity: z.object({ pid: z.number(), start: z.string() }).optional() });
const here = new Map<string, Promise<void>>();

/**
 * Does work that two must not do at once. Of those in this process the second waits for the first; while another process is at it,
 * nothing is done; one that died in the middle is followed by the next who comes.
 */
export async function inTurn(directory: string, work: () => Promise<void>): Promise<void> {
  const under = here.get(directory);
  if (under) return under;
  const turn = takeTurn(directory, work);
  here.set(directory, turn);
  return turn.finally(() => here.delete(directory));
}

async function takeTurn(directory: string, work: () => Promise<void>): Promise<void> {
  const self = await identify(process.pid);
  const current = await latest(directory, 'turn', turnRecord);
  const holder = current?.value.identity;
  if (holder && holder.start !== self?.start && (await isAlive(holder))) return;
  const version = current?.version ?? 0;
  if (!(await replace(directory, 'turn', version, { identity: self }))) return;
  try {
    await work();
  } finally {
    await replace(directory, 'turn', version + 1, {});
  }
}
