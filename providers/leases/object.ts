import { reasonOf } from '../reason.ts';
import { type LeaseRecord, LeaseRefused, parseLease, type SeenLease } from './record.ts';

/** Where the lease object is read and written, signed or plain. Never logged: a URL may be a key to the store. */
export interface LeaseUrls {
  readonly getUrl: string;
  readonly putUrl: string;
}

/** The store did not answer, or not now: the same request may succeed later. */
export class LeaseAway extends Error {
  override readonly name = 'LeaseAway';
}

export async function readLease({ getUrl }: LeaseUrls, signal: AbortSignal): Promise<SeenLease | undefined> {
  const { status, text, etag } = await ask(getUrl, { method: 'GET', cache: 'no-store' }, signal);
  if (status === 404 && !text.includes('NoSuchBucket')) return undefined;
  if (status !== 200) throw failure('GET', status, text);
  return { lease: parseLease(text), etag: etag() };
}

/** Replaces what has this etag, or what is not there; the new etag, or undefined when something else is there. */
export async function writeLease({ putUrl }: LeaseUrls, lease: LeaseRecord, etag: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  const condition: Record<string, string> = etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag };
  const { status, text, etag: written } = await ask(putUrl, { method: 'PUT', headers: condition, body: JSON.stringify(lease) }, signal);
  if (status === 412 || status === 409 || (status === 404 && !text.includes('NoSuchBucket'))) return undefined;
  if (status !== 200) throw failure('PUT', status, text);
  return written();
}

interface Answer {
  readonly status: number;
  readonly text: string;
  etag(): string;
}

async function ask(url: string, init: RequestInit, signal: AbortSignal): Promise<Answer> {
  // `fetch` would print it.
  if (!URL.canParse(url)) throw new LeaseRefused('the lease URL is no URL');
  try {
    const response = await fetch(url, { ...init, signal });
    const text = await response.text();
    return { status: response.status, text, etag: () => etagOf(response) };
  } catch (error) {
    throw new LeaseAway(`the store is away: ${reasonOf(error)}`, { cause: error });
  }
}

function etagOf(response: Response): string {
  const etag = response.headers.get('etag');
  if (!etag) throw new LeaseRefused('the store gives no ETag: it cannot hold a lease');
  return etag;
}

function failure(method: string, status: number, text: string): Error {
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  const message = `the store answered ${status}${code ? ` ${code}` : ''} to the lease's ${method}`;
  return status >= 500 || status === 429 ? new LeaseAway(message) : new LeaseRefused(message);
}
