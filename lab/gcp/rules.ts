import type { MetadataItem } from './instances.ts';
import { type Json, jsonOf, listOf, textsOf } from './json.ts';
import { refusals } from './refusal.ts';

/** https://cloud.google.com/compute/docs/labeling-resources#requirements */
export function labelsOf(value: unknown, field: string): Readonly<Record<string, string>> {
  const labels = textsOf(value);
  const entries = Object.entries(labels);
  if (entries.length > 64) throw refusals.invalid(field, '', `The number of labels, ${entries.length}, is over the limit of 64.`);
  for (const [key, text] of entries) {
    if (!/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key)) {
      throw refusals.invalid(
        field,
        key,
        `Label key '${key}' violates format constraints. The key must start with a lowercase character, can only contain lowercase letters, numeric characters, underscores and dashes. The key can be at most 63 characters long.`,
      );
    }
    if (!/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(text)) {
      throw refusals.invalid(
        field,
        text,
        `Label value '${text}' violates format constraints. The value can only contain lowercase letters, numeric characters, underscores and dashes. The value can be at most 63 characters long.`,
      );
    }
  }
  return labels;
}

const LONGEST_VALUE = 256 * 1024;
const LONGEST_METADATA = 512 * 1024;

/** https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations */
export function metadataOf(value: unknown, field: string): MetadataItem[] {
  const items = listOf(jsonOf(value).items).map(({ key, value: text }): MetadataItem => ({ key: String(key ?? ''), value: String(text ?? '') }));
  let total = 0;
  const seen = new Set<string>();
  for (const { key, value: text } of items) {
    if (key === '') throw refusals.required(`${field}.items.key`);
    if (seen.has(key)) throw refusals.invalid(`${field}`, key, `Metadata has duplicate key: ${key}`);
    seen.add(key);
    const bytes = Buffer.byteLength(text);
    if (bytes > LONGEST_VALUE)
      throw refusals.invalid(
        `${field}.items.value`,
        text.slice(0, 20),
        `Value for metadata key '${key}' is too large: maximum size ${LONGEST_VALUE} character(s); actual size ${bytes}.`,
      );
    total += key.length + bytes;
  }
  if (total > LONGEST_METADATA)
    throw refusals.invalid(field, '', `Metadata is too large: maximum size ${LONGEST_METADATA} character(s); actual size ${total}.`);
  return items;
}

/** At most 64: https://cloud.google.com/vpc/docs/add-remove-network-tags#restrictions */
export function tagsOf(value: unknown, field: string): string[] {
  const { items } = jsonOf(value);
  const tags = Array.isArray(items) ? items.map(String) : [];
  if (tags.length > 64) throw refusals.invalid(field, '', `The number of tags, ${tags.length}, is over the limit of 64.`);
  return [...new Set(tags)];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any UUID but the one of zeros: so the document says at every `requestId`. */
export function checkRequestId(requestId: string): void {
  if (UUID.test(requestId) && !/^[0-]+$/.test(requestId)) return;
  throw refusals.invalid(
    'requestId',
    requestId,
    'The request ID must be a valid UUID with the exception that zero UUID is not supported (00000000-0000-0000-0000-000000000000).',
  );
}

/** A whole number out of a 64-bit field. */
export function countOf(body: Json, field: string): number | undefined {
  const value = body[field];
  return value === undefined || value === null || value === '' ? undefined : Number(value);
}
