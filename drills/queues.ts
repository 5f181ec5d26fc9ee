export const MAIN_QUEUE = 'muster';

/** A vantage is a worker on a task queue of its own. */
export function vantageQueue(vantage: string): string {
  return `muster-vantage-${vantage}`;
}
