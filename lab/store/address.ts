import { StoreError } from './errors.ts';

export interface Address {
  readonly bucket: string;
  /** Empty = the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Path style only. Not through `URL`, which would fold the `..` that a key may hold. */
export function addressOf(url: string): Address {
  const [, bucket = '', key = '', query = ''] = /^\/([^/?]*)\/?([^?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  if (!/^[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]$/.test(bucket)) throw new StoreError('InvalidBucketName', 'The specified bucket is not valid.');
  const decoded = decode(key);
  if (Buffer.byteLength(decoded) > 1024) throw new StoreError('KeyTooLongError', 'Your key is too long');
  return { bucket, key: decoded, query: new URLSearchParams(query) };
}

/** Signatures and the SDK's own label are passed over; anything else asks for what is not here. */
export function refuseOthers(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (known.includes(name) || name === 'x-id' || /^x-amz-/i.test(name)) continue;
    throw new StoreError('NotImplemented', `This store knows no ${name}.`);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new StoreError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
