import type { DrillRecord } from '../record.ts';

/** `orders: onprem-fra → onprem-ams`. */
export function titleOf({ workload, from, to }: DrillRecord): string {
  return `${workload}: ${from.site} → ${to.site}`;
}
