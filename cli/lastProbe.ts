import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';

const beat = z.looseObject({
  last: z.looseObject({ at: z.string(), ok: z.boolean(), site: z.string().optional(), ms: z.number().optional(), error: z.string().optional() }),
});

/** What the prober saw last, from the heartbeat of its activity; undefined before the first. */
export function lastProbe(description: WorkflowExecutionDescription): string | undefined {
  for (const { activityType, heartbeatDetails } of description.raw.pendingActivities ?? []) {
    if (activityType?.name !== 'probe') continue;
    const payload = heartbeatDetails?.payloads?.[0];
    const parsed = beat.safeParse(payload ? defaultPayloadConverter.fromPayload(payload) : undefined);
    if (!parsed.success) continue;
    const { ok, site, ms, error } = parsed.data.last;
    return ok ? `up${site === undefined ? '' : ` at ${site}`}${ms === undefined ? '' : ` in ${Math.round(ms)} ms`}` : `down: ${error ?? 'no answer'}`;
  }
  return undefined;
}
