import { act } from './act.ts';

/** Asks the worker whether it can reach everything that its muster.yaml names. Changes nothing. */
export function doctor(): Promise<{
  readonly workerClock: string;
  readonly reached: readonly { readonly what: string; readonly ok: boolean; readonly detail: string }[];
}> {
  return act('examine', { summary: 'reach every site, store and route', within: 60 });
}
