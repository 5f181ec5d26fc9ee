import type { Entry } from '../journal.ts';
import type { DrillRecord } from '../record.ts';

export function htmlReport(_record: DrillRecord, _entries: readonly Entry[]): string {
  return '';
}
