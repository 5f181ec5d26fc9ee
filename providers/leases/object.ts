import { type LeaseRecord, LeaseRefused, parseLease, type SeenLease } from './record.ts';

/** Where the lease object is read and written, signed or plain. Never logged: a URL may be a key to the store. */
export interface LeaseUrls {
  readonly getUrl: string;
  readonly putUrl: string;
}

export async function readLease({ getUrl }: LeaseUrls, signal: AbortSignal): Promise<SeenLease | undefined> {
  const response = await request(getUrl, { method: 'GET', cache: 'no-store', signal });
  const text = await response.text();
  if (response.status === 404 && !text.includes('NoSuchBucket')) return undefined;
  if (!response.ok) throw failure('GET', response.status, text);
  return { lease: parseLease(text), etag: etagOf(response) };
}

/** Replaces what has this etag, or what is not there; the new etag, or undefined when something else is there. */
export async function writeLease({ putUrl }: LeaseUrls, lease: LeaseRecord, etag: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  const condition: Record<string, string> = etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag };
  const response = await request(putUrl, { method: 'PUT', headers: condition, body: JSON.stringify(lease), signal });
  const text = await response.text();
  if (response.status === 412 || response.status === 409 || (response.status === 404 && !text.includes('NoSuchBucket'))) return undefined;
  if (!response.ok) throw failure('PUT', response.status, text);
  return etagOf(response);
}

function request(url: string, init: RequestInit): Promise<Response> {
  // `fetch` would print the URL.
  if (!URL.canParse(url)) throw new LeaseRefused('the lease URL is no URL');
  return fetch(url, init);
}

function etagOf(response: Response): string {
  const etag = response.headers.get('etag');
  if (!etag) throw new LeaseRefused('the store gives no ETag: it cannot hold a lease');
  return etag;
}

function failure(method: string, status: number, text: string): Error {
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  const message = `the store answered ${status}${code ? ` ${code}` : ''} to the lease's ${method}`;
  return status >= 500 || status === 429 ? new Error(message) : new LeaseRefused(message);
}
