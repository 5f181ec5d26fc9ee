import { orAborted } from '../kept.ts';

/** Nothing is asked any more once it is aborted, and an answer that comes later is nobody's. */
export async function ask<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return orAborted(question(), signal);
}
