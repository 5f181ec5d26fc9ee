/** Object storage that belongs to neither site: recovery points, files for boot, leases, evidence. */

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** ISO instant, by the store's clock. */
  readonly modifiedAt: string;
}

/** Errors are ProviderErrors: NotFound, Conflict (a condition failed), Denied, Throttled, Unavailable, Unknown. */
export interface Store {
  readonly name: string;
  /** Undefined when there is none. */
  get(key: string, signal: AbortSignal): Promise<{ readonly body: Uint8Array; readonly etag: string } | undefined>;
  /** `ifMatch` an etag, or `absent`: anything else there is a Conflict and nothing is changed. */
  put(key: string, body: Uint8Array, signal: AbortSignal, ifMatch?: string): Promise<{ readonly etag: string }>;
  /** Absent is success. */
  remove(key: string, signal: AbortSignal): Promise<void>;
  /** Every object under the prefix, in key order, however many pages. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<StoredObject>;
  /** A URL by which a machine without credentials may do this for `validSeconds` from `signedAt`; the same arguments give the same URL. */
  signedUrl(method: 'GET' | 'PUT', key: string, signedAt: string, validSeconds: number): Promise<string>;
  close(): void;
}
