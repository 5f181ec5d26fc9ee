import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { ATTRIBUTES, type AttributeValues } from '../drills/attributes.ts';

/** One upsert = one event: give everything that is known at once. */
export function upsert(values: AttributeValues): void {
  const pairs = Object.entries(values).map(([name, value]) => ({ key: defineSearchAttributeKey(name, ATTRIBUTES[name as keyof typeof ATTRIBUTES]), value }));
  upsertSearchAttributes(pairs as SearchAttributePair[]);
}
