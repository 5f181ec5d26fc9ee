import type { Endpoint, RouteValue } from '../providers/spec.ts';
import { act } from './act.ts';
import type { Recovery } from './recovery.ts';

interface Wanted {
  readonly route: string;
  /** As it was before this run. */
  readonly value: RouteValue;
  /** Where this run has pointed it. */
  readonly set: readonly Endpoint[];
  readonly summary: string;
}

/** Puts a route back as it was. What somebody else has set meanwhile is theirs: it stays, and this fails with what stands there. */
export async function putBack(recovery: Recovery, { route, value, set, summary }: Wanted): Promise<void> {
  const now = await act('readRoute', { summary: `read route ${route}`, within: 10 }, { route });
  const stands = said(now.targets);
  if (stands !== said(value.targets) && stands !== said(set)) {
    throw new RangeError(`route ${route} points at ${stands}, which this run did not set, so it was left as it is; point it at ${said(value.targets)}`);
  }
  await act('restoreRoute', { summary, within: 15 }, { route, value });
  recovery.note({ type: 'route', route, targets: value.targets.map(({ host, port }) => ({ host, port })), way: 'back' });
}

/** Weights and TTL are left out: some drivers give them back otherwise than they got them. */
function said(targets: readonly Endpoint[]): string {
  return (
    targets
      .map(({ host, port }) => `${host}:${port}`)
      .toSorted()
      .join(', ') || 'nothing'
  );
}
