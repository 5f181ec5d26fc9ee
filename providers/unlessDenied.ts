import type { Driver } from './driver.ts';

/** What nothing depends on but a better answer: undefined where these credentials may not ask for it. */
export async function unlessDenied<T>(classify: Driver['classify'], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (classify(error).code === 'Denied') return undefined;
    throw error;
  }
}
