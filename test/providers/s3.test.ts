import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningStore, startStore } from '../../lab/store/server.ts';
import { s3Config } from '../../providers/s3/config.ts';
import { s3Keys } from '../../providers/s3/credentials.ts';
import { s3Store } from '../../providers/s3/store.ts';
import type { ErrorCode } from '../../providers/spec.ts';
import type { Store, StoredObject } from '../../providers/store.ts';
import { closedPort } from '../lab/closedPort.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-for-any-log' };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (body: Uint8Array | undefined): string | undefined => body && Buffer.from(body).toString();
const entry = (endpoint: string, bucket = 'dr') => s3Config.parse({ type: 's3', endpoint, bucket });

describe.each([
  ['anonymous', undefined],
  ['with keys', KEYS],
])('an S3 store, %s', (_, credentials) => {
  let dir: string;
  let running: RunningStore;
  let store: Store;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 's3-'));
    running = await startStore({ dir });
  });
  afterAll(async () => {
    await running.close();
    rmSync(dir, { recursive: true });
  });
  let serial = 0;
  beforeEach(async () => {
    const bucket = `bucket-${(serial += 1)}`;
    await fetch(`${running.url}/${bucket}`, { method: 'PUT' });
    store = s3Store('neutral', entry(running.url, bucket), credentials);
  });
  afterEach(() => store.close());

  it('gives back what was put, by its etag', async ({ signal }) => {
    expect(await store.get('orders/1', signal)).toBeUndefined();
    const { etag } = await store.put('orders/1', bytes('one'), signal);
    const found = await store.get('orders/1', signal);
    expect([text(found?.body), found?.etag]).toEqual(['one', etag]);
    const large = Buffer.alloc(6_000_000, 'large');
    await store.put('large', large, signal);
    expect(large.equals(Buffer.from((await store.get('large', signal))?.body ?? ''))).toBe(true);
    await store.put('empty', bytes(''), signal);
    expect(text((await store.get('empty', signal))?.body)).toBe('');
  });

  it('writes what is absent only where nothing is', async ({ signal }) => {
    await store.put('lock', bytes('first'), signal, 'absent');
    await expect(store.put('lock', bytes('second'), signal, 'absent')).rejects.toMatchObject({ code: 'Conflict', provider: 'store neutral' });
    expect(text((await store.get('lock', signal))?.body)).toBe('first');
  });

  it('replaces only what has the etag', async ({ signal }) => {
    await expect(store.put('record', bytes('x'), signal, '0'.repeat(32))).rejects.toMatchObject({ code: 'Conflict' });
    expect(await store.get('record', signal)).toBeUndefined();
    const first = await store.put('record', bytes('first'), signal);
    const second = await store.put('record', bytes('second'), signal, first.etag);
    await expect(store.put('record', bytes('third'), signal, first.etag)).rejects.toMatchObject({ code: 'Conflict' });
    expect(await store.get('record', signal)).toMatchObject(second);
  });

  it('lets one of many writers win', async ({ signal }) => {
    const tries = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => store.put('race', bytes(`writer ${n}`), signal, 'absent')));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of tries) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'Conflict' });
  });

  it('removes, and again', async ({ signal }) => {
    await store.put('gone', bytes('x'), signal);
    for (let again = 0; again < 2; again += 1) await store.remove('gone', signal);
    expect(await store.get('gone', signal)).toBeUndefined();
  });

  it('lists what is under a prefix, in key order', async ({ signal }) => {
    for (const key of ['b/2', 'a', 'b/10', 'b/1', 'c']) await store.put(key, bytes(key), signal);
    const listed = await all(store.list('b/', signal));
    expect(listed.map(({ key }) => key)).toEqual(['b/1', 'b/10', 'b/2']);
    expect(listed[1]).toEqual({ key: 'b/10', sizeBytes: 4, etag: (await store.get('b/10', signal))?.etag, modifiedAt: expect.any(String) });
    expect(Math.abs(Date.parse(listed[1]?.modifiedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(await all(store.list('nothing/', signal))).toEqual([]);
  });

  it.each(['a b', 'a+b', 'ü/ñ', `quotes'"(1)*!`, 'a&b<c>', '%2F', 'a//b', '2026-01-01T00:00:00Z', 'q?x=1#y'])('takes the key %s, by URL too', async (key) => {
    const signal = AbortSignal.timeout(10_000);
    const signed = (method: 'GET' | 'PUT') => store.signedUrl(method, key, new Date().toISOString(), 60);
    await store.put(key, bytes('put'), signal);
    expect(await (await fetch(await signed('GET'))).text()).toBe('put');
    expect((await fetch(await signed('PUT'), { method: 'PUT', body: 'put by URL' })).status).toBe(200);
    expect(text((await store.get(key, signal))?.body)).toBe('put by URL');
    expect((await all(store.list('', signal))).map((object) => object.key)).toEqual([key]);
  });

  it('gives the same URL for the same arguments, for at most seven days', async () => {
    const url = () => store.signedUrl('PUT', 'backup.tgz', '2026-01-01T00:00:00.000Z', 3600);
    expect(await url()).toBe(await url());
    for (const key of ['..', 'a/../b', './a'])
      await expect(store.signedUrl('GET', key, '2026-01-01T00:00:00.000Z', 60)).rejects.toMatchObject({ code: 'Invalid' });
    if (credentials)
      for (const seconds of [0, 604_801])
        await expect(store.signedUrl('GET', 'k', '2026-01-01T00:00:00.000Z', seconds)).rejects.toMatchObject({ code: 'Invalid' });
  });

  it('names a bucket that does not exist NotFound, not an absent object', async ({ signal }) => {
    const other = s3Store('other', entry(running.url, 'no-such-bucket'), credentials);
    await expect(other.get('k', signal)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(other.put('k', bytes('x'), signal, 'absent')).rejects.toMatchObject({ code: 'NotFound' });
    await expect(all(other.list('', signal))).rejects.toMatchObject({ code: 'NotFound' });
    other.close();
  });

  it('rejects with the reason when aborted, before and meanwhile', async () => {
    const reason = new Error('the worker shuts down');
    const aborted = AbortSignal.abort(reason);
    await expect(store.get('k', aborted)).rejects.toBe(reason);
    await expect(store.put('k', bytes('x'), aborted)).rejects.toBe(reason);
    await expect(all(store.list('', aborted))).rejects.toBe(reason);
    const silent = await serve(() => {});
    const slow = s3Store('slow', entry(silent.url), credentials);
    await expect(slow.get('k', AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'TimeoutError' });
    slow.close();
    await silent.close();
  });
});

it('an S3 store lists more than one page', async ({ signal }) => {
  const dir = mkdtempSync(join(tmpdir(), 's3-'));
  const running = await startStore({ dir, buckets: ['dr'] });
  const store = s3Store('neutral', entry(running.url));
  const keys = Array.from({ length: 1203 }, (_, n) => `points/${String(n).padStart(5, '0')}:00.tgz`);
  for (let from = 0; from < keys.length; from += 50)
    await Promise.all(keys.slice(from, from + 50).map((key) => fetch(`${running.url}/dr/${key}`, { method: 'PUT' })));
  expect((await all(store.list('points/', signal))).map(({ key }) => key)).toEqual(keys);
  store.close();
  await running.close();
  rmSync(dir, { recursive: true });
});

describe('an S3 store in trouble', () => {
  it.each<[number, string, ErrorCode]>([
    [403, 'AccessDenied', 'Denied'],
    [403, 'SignatureDoesNotMatch', 'Denied'],
    [403, 'RequestTimeTooSkewed', 'Denied'],
    [400, 'ExpiredToken', 'Denied'],
    [503, 'SlowDown', 'Throttled'],
    [500, 'InternalError', 'Unavailable'],
    [503, 'ServiceUnavailable', 'Unavailable'],
    [409, 'ConditionalRequestConflict', 'Conflict'],
    [301, 'PermanentRedirect', 'Invalid'],
    [400, 'InvalidRequest', 'Invalid'],
    [501, 'NotImplemented', 'Unsupported'],
    [418, 'Teapot', 'Unknown'],
  ])('names %i %s %s', async (status, code, expected) => {
    const server = await serve((_, response) =>
      response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code><Message>no</Message></Error>`),
    );
    const store = s3Store('neutral', entry(server.url), KEYS);
    const error: unknown = await store.put('k', bytes('x'), AbortSignal.timeout(20_000), 'absent').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expected, message: expect.stringContaining('put k') });
    expect(String(error)).not.toContain(KEYS.secretAccessKey);
    store.close();
    await server.close();
  });

  it('says what was answered when there is no more to say, and why no answer came', async ({ signal }) => {
    const server = await serve((_, response) => response.writeHead(403).end());
    const dead = `http://localhost:${await closedPort()}`;
    for (const [url, why] of [
      [server.url, 'store neutral: get k: it answered 403 (Denied)'],
      [dead, /^store neutral: get k: .*ECONNREFUSED.* \(Unavailable\)$/],
    ] as const) {
      const store = s3Store('neutral', entry(url));
      await expect(store.get('k', signal)).rejects.toThrow(why);
      store.close();
    }
    await server.close();
  });

  it('names an endpoint where nobody listens, or that hangs up, Unavailable', async ({ signal }) => {
    const rude = await serve((request) => request.socket.destroy());
    for (const url of [`http://127.0.0.1:${await closedPort()}`, rude.url]) {
      const store = s3Store('neutral', entry(url));
      await expect(store.get('k', signal)).rejects.toMatchObject({ code: 'Unavailable' });
      await expect(store.put('k', bytes('x'), signal, 'absent')).rejects.toMatchObject({ code: 'Unavailable' });
      store.close();
    }
    await rude.close();
  });

  it('repeats what may be repeated, and never a write with a condition', async ({ signal }) => {
    const asked: string[] = [];
    const server = await serve((request, response) => {
      asked.push(request.method ?? '');
      response.writeHead(503).end();
    });
    const store = s3Store('neutral', entry(server.url));
    await store.get('k', signal).catch(() => {});
    expect(asked.splice(0)).toEqual(['GET', 'GET', 'GET']);
    await store.put('k', bytes('x'), signal, 'absent').catch(() => {});
    expect(asked).toEqual(['PUT']);
    store.close();
    await server.close();
  });
});

describe('what an S3 store sends', () => {
  it('is plain: no aws-chunked body, and no signature where there are no keys', async ({ signal }) => {
    const seen: IncomingMessage['headers'][] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { etag: '"1"' }).end();
    });
    for (const credentials of [undefined, KEYS]) {
      const store = s3Store('neutral', entry(server.url), credentials);
      await store.put('k', bytes('hello'), signal);
      store.close();
    }
    await server.close();
    expect(seen.map((headers) => [headers['content-length'], headers['content-encoding'], 'authorization' in headers])).toEqual([
      ['5', undefined, false],
      ['5', undefined, true],
    ]);
  });

  it.each(['GET', 'PUT'] as const)('signs a URL for %s as AWS says', async (method) => {
    const store = s3Store('aws', s3Config.parse({ type: 's3', bucket: 'dr-bucket', region: 'eu-west-1' }), KEYS);
    const url = new URL(await store.signedUrl(method, 'points/2026-01-01T00:00:00Z a.tgz', '2026-01-01T00:00:00.000Z', 3600));
    expect([url.origin, url.pathname]).toEqual(['https://dr-bucket.s3.eu-west-1.amazonaws.com', '/points/2026-01-01T00%3A00%3A00Z%20a.tgz']);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signature(method, url, 'eu-west-1', KEYS.secretAccessKey));
    store.close();
  });
});

describe('the entry of an S3 store', () => {
  it.each([
    [
      { type: 's3', bucket: 'dr' },
      { type: 's3', bucket: 'dr', region: 'us-east-1' },
    ],
    [
      { type: 's3', endpoint: 'https://s3.colo-dub/', bucket: 'dr', credentials: 'env:DR_STORE', vendor: 'self', location: 'colo-dub' },
      { type: 's3', endpoint: 'https://s3.colo-dub', bucket: 'dr', region: 'us-east-1', credentials: 'env:DR_STORE', vendor: 'self', location: 'colo-dub' },
    ],
  ])('may be %j', (from, to) => {
    expect(s3Config.parse(from)).toEqual(to);
  });

  it.each([
    { type: 's3' },
    { type: 's3', bucket: 'UPPER' },
    { type: 's3', bucket: 'dr', endpoint: 's3.colo-dub' },
    { type: 's3', bucket: 'dr', endpoint: 'https://key:secret@s3.colo-dub' },
    { type: 's3', bucket: 'dr', credentials: 'AKIDEXAMPLE:not-for-any-log' },
    { type: 's3', bucket: 'dr', endpiont: 'https://s3.colo-dub' },
  ])('may not be %j', (from) => {
    expect(s3Config.safeParse(from).success).toBe(false);
  });

  it('has its keys in one value, which no error shows', () => {
    expect(s3Keys.parse('id:secret\n')).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
    expect(s3Keys.parse('id:secret:to:ken')).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'to:ken' });
    const refused = s3Keys.safeParse('not-for-any-log');
    expect(refused.success).toBe(false);
    expect(JSON.stringify(refused.error) + String(refused.error)).not.toContain('not-for-any-log');
  });
});

async function all(listing: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const object of listing) objects.push(object);
  return objects;
}

/** AWS Signature Version 4 in query parameters, written down from its description. */
function signature(method: string, url: URL, region: string, secret: string): string {
  const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
  const escaped = (part: string): string => encodeURIComponent(part).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(escaped).join('='))
    .toSorted()
    .join('&');
  const canonical = [method, url.pathname, query, `host:${url.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const at = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = `${at.slice(0, 8)}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [at.slice(0, 8), region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return createHmac('sha256', key).update(toSign).digest('hex');
}

async function serve(answer: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, close };
}
