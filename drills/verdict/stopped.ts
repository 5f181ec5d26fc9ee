import { all, type Entry } from '../journal.ts';

type How = Extract<Entry, { type: 'stopped' }>['how'];

const SAID: Readonly<Record<How, (by: string, reason: string) => string>> = {
  abort: (by, reason) => `aborted by ${by}: ${reason}`,
  cancel: (by, reason) => `cancelled by ${by}: ${reason}`,
  rejected: (by, reason) => `approval refused by ${by}: ${reason}`,
  expired: (_by, reason) => `nobody approved in time: ${reason}`,
};

export function operatorStop(entries: readonly Entry[]): string[] {
  return all(entries, 'stopped').map(({ how, by, reason }) => SAID[how](by, reason));
}

/** Somebody else held the lock and the run never went on. */
export function neverStarted(entries: readonly Entry[]): string[] {
  const began = all(entries, 'phase').some(({ phase }) => phase !== 'lock' && phase !== 'conclude');
  return began
    ? []
    : all(entries, 'locked')
        .slice(-1)
        .map(({ holder }) => `never started: the lock is held by ${holder}`);
}
