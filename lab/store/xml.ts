import type { StoreError } from './errors.ts';
import type { Entry, Page } from './bucket.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Control characters as references, as S3 writes them; a strict XML 1.0 reader asks for `encoding-type=url` instead. */
export function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[&<>"'\u0000-\u001f]/g, (each) => ENTITIES[each] ?? `&#x${each.charCodeAt(0).toString(16)};`);
}

export function errorXml(error: StoreError, resource: string): string {
  return `${HEAD}<Error><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message><Resource>${escapeXml(resource)}</Resource></Error>`;
}

export function listXml(bucket: string, prefix: string, maxKeys: number, page: Page, urlEncoded: boolean): string {
  const shown = (key: string): string => escapeXml(urlEncoded ? encodeURIComponent(key) : key);
  const contents = (entry: Entry): string =>
    `<Contents><Key>${shown(entry.key)}</Key><LastModified>${entry.modifiedAt.toISOString()}</LastModified>` +
    `<ETag>&quot;${entry.etag}&quot;</ETag><Size>${entry.sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  return [
    `${HEAD}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
    `<Name>${bucket}</Name><Prefix>${shown(prefix)}</Prefix><KeyCount>${page.entries.length}</KeyCount><MaxKeys>${maxKeys}</MaxKeys>`,
    urlEncoded ? '<EncodingType>url</EncodingType>' : '',
    `<IsTruncated>${page.next !== undefined}</IsTruncated>`,
    page.next === undefined ? '' : `<NextContinuationToken>${page.next}</NextContinuationToken>`,
    ...page.entries.map(contents),
    '</ListBucketResult>',
  ].join('');
}
