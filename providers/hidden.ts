/** Within a spec: what an error may not repeat, though some sites repeat in their refusals what they were asked. */
export function hiddenIn(value: unknown): string[] {
  if (typeof value === 'string') return queriesOf(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === 'secrets' ? stringsIn(each) : hiddenIn(each)));
}

/** Of a URL that is signed: whoever has it needs no credentials. */
const SIGNED = /\?[^\s'"<>\\]*\b(?:X-Amz-Signature|X-Goog-Signature|Signature|sig)=[^\s'"<>\\]*/gi;

/** No signed URL in it, whoever signed it. */
export function withoutSignatures(text: string): string {
  return text.replaceAll(SIGNED, '?***');
}

function queriesOf(text: string): string[] {
  const query = /^https?:\/\/[^?]*\?(.+)$/s.exec(text)?.[1];
  return query === undefined ? [] : [text, query];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
