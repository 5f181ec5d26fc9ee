import type { S3Client } from '@aws-sdk/client-s3';
import { ProviderError } from '../errors.ts';
import type { Store, StoredObject } from '../store.ts';
import { isAnonymous, s3Client } from './client.ts';
import type { S3Config } from './config.ts';
import type { S3Credentials } from './credentials.ts';
import { codeOf, messageOf } from './errors.ts';
import { fitsUrl, plainUrl } from './url.ts';

/** What AWS allows for a signed URL. */
const LONGEST_SECONDS = 7 * 24 * 3600;

/**
 * A bucket at AWS or at any S3-compatible endpoint; the SDK is loaded at the first call. The endpoint must honour
 * If-Match and If-None-Match on PUT: `refusesStaleWrites` tells. A signed URL dies with the credentials that signed it.
 */
export function s3Store(name: string, config: S3Config, credentials?: S3Credentials): Store {
  return new S3Store(name, config, credentials);
}

class S3Store implements Store {
  readonly name: string;
  readonly #config: S3Config;
  readonly #credentials: S3Credentials | undefined;
  /** By attempts. */
  readonly #clients = new Map<number, Promise<S3Client>>();

  constructor(name: string, config: S3Config, credentials: S3Credentials | undefined) {
    this.name = name;
    this.#config = config;
    this.#credentials = credentials;
  }

  get(key: string, signal: AbortSignal): Promise<{ body: Uint8Array; etag: string } | undefined> {
    return this.#run(`get ${key}`, signal, async () => {
      const { GetObjectCommand, NoSuchKey } = await import('@aws-sdk/client-s3');
      const client = await this.#client(3);
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand(this.#at(key)), { abortSignal: signal });
        return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: bare(ETag) };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
  }

  put(key: string, body: Uint8Array, signal: AbortSignal, ifMatch?: string): Promise<{ etag: string }> {
    return this.#run(`put ${key}`, signal, async () => {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      // A condition fails on the write that it let through: what has one is sent once, and a lost reply is Unavailable.
      const client = await this.#client(ifMatch === undefined ? 3 : 1);
      const condition = ifMatch === undefined ? {} : ifMatch === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: `"${ifMatch}"` };
      try {
        const { ETag } = await client.send(new PutObjectCommand({ ...this.#at(key), Body: body, ...condition }), { abortSignal: signal });
        return { etag: bare(ETag) };
      } catch (error) {
        // What S3 says to If-Match when there is nothing.
        if (ifMatch !== undefined && error instanceof Error && error.name === 'NoSuchKey') throw this.#error('Conflict', `put ${key}: nothing is there`, error);
        throw error;
      }
    });
  }

  remove(key: string, signal: AbortSignal): Promise<void> {
    return this.#run(`remove ${key}`, signal, async () => {
      const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
      const client = await this.#client(3);
      await client.send(new DeleteObjectCommand(this.#at(key)), { abortSignal: signal });
    });
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject> {
    for (let token: string | undefined, more = true; more;) {
      const page = await this.#run(`list ${prefix}`, signal, async () => {
        const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
        const client = await this.#client(3);
        return client.send(new ListObjectsV2Command({ Bucket: this.#config.bucket, Prefix: prefix, ContinuationToken: token }), { abortSignal: signal });
      });
      for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) yield { key: Key, sizeBytes: Size ?? 0, etag: bare(ETag), modifiedAt: (LastModified ?? new Date(0)).toISOString() };
      }
      token = page.NextContinuationToken;
      more = token !== undefined;
    }
  }

  async signedUrl(method: 'GET' | 'PUT', key: string, signedAt: string, validSeconds: number): Promise<string> {
    if (!fitsUrl(key)) throw this.#error('Invalid', `sign ${key}: no URL can hold a path of . or ..`);
    if (this.#config.endpoint !== undefined && isAnonymous(this.#config, this.#credentials)) return plainUrl(this.#config.endpoint, this.#config.bucket, key);
    if (!(validSeconds > 0 && validSeconds <= LONGEST_SECONDS)) throw this.#error('Invalid', `sign ${key}: a URL is valid for 1 second to 7 days`);
    return this.#run(`sign ${key}`, undefined, async () => {
      const [{ GetObjectCommand, PutObjectCommand }, { getSignedUrl }] = await Promise.all([
        import('@aws-sdk/client-s3'),
        import('@aws-sdk/s3-request-presigner'),
      ]);
      const options = { signingDate: new Date(signedAt), expiresIn: Math.floor(validSeconds) };
      const client = await this.#client(1);
      if (method === 'GET') return getSignedUrl(client, new GetObjectCommand(this.#at(key)), options);
      return getSignedUrl(client, new PutObjectCommand(this.#at(key)), options);
    });
  }

  close(): void {
    for (const client of this.#clients.values()) void client.then((each) => each.destroy());
    this.#clients.clear();
  }

  #client(attempts: 1 | 3): Promise<S3Client> {
    const made = this.#clients.get(attempts) ?? s3Client(this.#config, this.#credentials, attempts);
    this.#clients.set(attempts, made);
    return made;
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#config.bucket, Key: key };
  }

  async #run<T>(what: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Cancelled is not failed: whoever aborted says with what.
      signal?.throwIfAborted();
      if (error instanceof ProviderError) throw error;
      throw this.#error(codeOf(error), `${what}: ${messageOf(error)}`, error);
    }
  }

  #error(code: ProviderError['code'], message: string, cause?: unknown): ProviderError {
    return new ProviderError(code, `store ${this.name}`, message, { cause });
  }
}

/** S3 puts etags in quotes. */
function bare(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}
