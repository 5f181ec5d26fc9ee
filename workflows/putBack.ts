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
  refuseForeign(route, now.targets, value.targets, set);
  await act('restoreRoute', { summary, within: 15 }, { route, value });
  recovery.note({ type: 'route', route, targets: value.targets.map(({ host, port }) => ({ host, port })), way: 'back' });
}

/** Fails where a route stands neither as it was before this run nor as this run has set it. */
export function refuseForeign(route: string, now: readonly Endpoint[], before: readonly Endpoint[], set: readonly Endpoint[]): void {
  if (said(now) === said(before) || said(now) === said(set)) return;
  throw new RangeError(`route ${route} points at ${said(now)}, which this run did not set, so it was left as it is; point it at ${said(before)}`);
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
