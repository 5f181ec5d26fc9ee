import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type RunningStore, startStore } from '../../lab/store/server.ts';
import { endAll, firstLine, run } from './process.ts';

const MAIN = new URL('../../lab/store/main.ts', import.meta.url).pathname;
const ready = z.object({ url: z.url(), port: z.number() });

let dir: string;
let store: RunningStore;
const at = (path: string): string => `${store.url}${path}`;
const put = (key: string, body: string, headers: Record<string, string> = {}): Promise<Response> => fetch(at(`/dr/${key}`), { method: 'PUT', body, headers });
const keys = async (query = ''): Promise<string[]> =>
  [...(await (await fetch(at(`/dr?list-type=2${query}`))).text()).matchAll(/<Key>([^<]*)</g)].map((each) => each[1] ?? '');

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'store-'));
  store = await startStore({ dir, buckets: ['dr'] });
});
afterEach(async () => {
  await endAll();
  await store.close();
  rmSync(dir, { recursive: true });
});

describe('the lab store', () => {
  it('gives back what was put, with its size, its MD5 as the etag, and its time', async () => {
    const etag = `"${createHash('md5').update('hello').digest('hex')}"`;
    expect((await put('a', 'hello')).headers.get('etag')).toBe(etag);
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(at('/dr/a'), { method });
      expect(Object.fromEntries(response.headers)).toMatchObject({ etag, 'content-length': '5' });
      expect(Math.abs(Date.parse(response.headers.get('last-modified') ?? '') - Date.now())).toBeLessThan(60_000);
      expect(await response.text()).toBe(method === 'GET' ? 'hello' : '');
    }
  });

  it('keeps empty objects and large ones', async () => {
    await put('empty', '');
    expect(await (await fetch(at('/dr/empty'))).text()).toBe('');
    const large = randomBytes(8_000_000);
    await fetch(at('/dr/large'), { method: 'PUT', body: large });
    expect(large.equals(Buffer.from(await (await fetch(at('/dr/large'))).arrayBuffer()))).toBe(true);
  });

  it.each([
    ['bytes=1-3', 206, 'ell', 'bytes 1-3/5'],
    ['bytes=3-', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=0-99', 206, 'hello', 'bytes 0-4/5'],
    ['nonsense', 200, 'hello', null],
  ])('answers the range %s', async (range, status, body, contentRange) => {
    await put('a', 'hello');
    const response = await fetch(at('/dr/a'), { headers: { range } });
    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([status, body, contentRange]);
  });

  it.each([
    ['GET', '/dr/none', {}, 404, 'NoSuchKey'],
    ['GET', '/other/key', {}, 404, 'NoSuchBucket'],
    ['PUT', '/other/key', {}, 404, 'NoSuchBucket'],
    ['GET', '/other?list-type=2', {}, 404, 'NoSuchBucket'],
    ['GET', '/dr/here', { range: 'bytes=9-' }, 416, 'InvalidRange'],
    ['PUT', '/dr/here', { 'if-none-match': '*' }, 412, 'PreconditionFailed'],
    ['PUT', '/dr/here', { 'if-match': '"0"' }, 412, 'PreconditionFailed'],
    ['PUT', '/dr/none', { 'if-match': '"0"' }, 404, 'NoSuchKey'],
    ['PUT', '/dr/here', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 400, 'BadDigest'],
    ['PUT', '/dr/copy', { 'x-amz-copy-source': '/dr/here' }, 501, 'NotImplemented'],
    ['PUT', '/dr/part?partNumber=1&uploadId=x', {}, 501, 'NotImplemented'],
    ['GET', '/dr?list-type=2&delimiter=/', {}, 501, 'NotImplemented'],
    ['GET', '/dr?list-type=2&max-keys=x', {}, 400, 'InvalidArgument'],
    ['POST', '/dr/here', {}, 405, 'MethodNotAllowed'],
    ['GET', '/dr/%zz', {}, 400, 'InvalidURI'],
    ['DELETE', '/dr', {}, 409, 'BucketNotEmpty'],
  ])('says %s %s %j as S3 says it', async (method, path, headers, status, code) => {
    await put('here', 'hello');
    const response = await fetch(at(path), { method, headers, ...(method === 'PUT' ? { body: 'other' } : {}) });
    expect([response.status, /<Code>(\w+)</.exec(await response.text())?.[1]]).toEqual([status, code]);
    expect(await (await fetch(at('/dr/here'))).text()).toBe('hello');
    expect(await keys()).toEqual(['here']);
  });

  it('refuses a key longer than S3 takes', async () => {
    expect(await raw('PUT', 'k'.repeat(1025), 'hello')).toMatchObject({ status: 400, body: expect.stringContaining('KeyTooLongError') });
  });

  it('lets one of many conditional writers win', async () => {
    const creations = await Promise.all(Array.from({ length: 20 }, (_, n) => put('lock', `creator ${n}`, { 'if-none-match': '*' })));
    expect(creations.filter(({ status }) => status === 200)).toHaveLength(1);
    const etag = (await fetch(at('/dr/lock'))).headers.get('etag') ?? '';
    const changes = await Promise.all(Array.from({ length: 20 }, (_, n) => put('lock', `changer ${n}`, { 'if-match': etag })));
    const won = changes.flatMap(({ status }, n) => (status === 200 ? [n] : []));
    expect(won).toHaveLength(1);
    expect(await (await fetch(at('/dr/lock'))).text()).toBe(`changer ${won[0]}`);
  });

  it('removes, and again', async () => {
    await put('a', 'hello');
    for (let again = 0; again < 2; again += 1) expect((await fetch(at('/dr/a'), { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(at('/dr/a'))).status).toBe(404);
    expect(await keys()).toEqual([]);
  });

  it('takes any key and stays in its directory', async () => {
    const odd = [
      'a',
      'a/b',
      'a/',
      'a//b',
      '../../../escaped',
      '..',
      '.',
      '.incoming',
      '/etc/passwd',
      'x:y.z',
      'ü ñ+&<"',
      '%2e%2e%2f',
      'nul\u0000',
      'k'.repeat(1024),
    ];
    // Raw requests: URL parsers fold `..` away.
    for (const key of odd) expect(await raw('PUT', key, key)).toMatchObject({ status: 200 });
    for (const key of odd) expect(await raw('GET', key)).toEqual({ status: 200, body: key });
    const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    expect((await keys('&encoding-type=url')).map(decodeURIComponent)).toEqual(odd.toSorted(bytewise));
    expect(readdirSync(dir).toSorted()).toEqual(['.incoming', 'dr']);
    expect(existsSync(join(dir, '..', 'escaped'))).toBe(false);
  });

  it.each(['..', '.incoming', '%2e%2e', 'A', '-x'])('has no bucket named %s', async (bucket) => {
    expect(await raw('PUT', '', '', bucket)).toMatchObject({ status: 400 });
  });

  it('lists by prefix, in key order, page by page', async () => {
    for (const key of ['b/2', 'a', 'b/10', 'b/1', 'c']) await put(key, key);
    expect(await keys('&prefix=b/')).toEqual(['b/1', 'b/10', 'b/2']);
    const seen: string[] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const text: string = await (await fetch(at(`/dr?list-type=2&max-keys=2${token && `&continuation-token=${token}`}`))).text();
      const page = [...text.matchAll(/<Key>([^<]*)</g)].map((each) => each[1] ?? '');
      expect(page.length).toBeLessThanOrEqual(2);
      seen.push(...page);
      token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1];
      expect(text).toContain(`<IsTruncated>${token !== undefined}<`);
    }
    expect(seen).toEqual(['a', 'b/1', 'b/10', 'b/2', 'c']);
  });

  it('takes bodies in aws-chunked framing, however they are cut', async () => {
    const framed = '5;chunk-signature=00\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n';
    for (const cut of [1, 3, 7, framed.length]) {
      const body = new ReadableStream({
        start(controller) {
          for (let from = 0; from < framed.length; from += cut) controller.enqueue(Buffer.from(framed.slice(from, from + cut)));
          controller.close();
        },
      });
      const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '11' };
      expect((await fetch(at('/dr/framed'), { method: 'PUT', body, headers, duplex: 'half' })).status).toBe(200);
      expect(await (await fetch(at('/dr/framed'))).text()).toBe('hello world');
    }
    for (const broken of ['5\r\nhel', '5\r\nhello\r\n', 'x\r\nhello\r\n0\r\n\r\n', '3\r\nhello\r\n0\r\n\r\n', '4\r\nhell\r\n0\r\n\r\n']) {
      expect((await put('broken', broken, { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '5' })).status).toBe(400);
    }
    expect(await keys()).toEqual(['framed']);
  });

  it('shows nothing of an upload that breaks off, and keeps what was there', async () => {
    await put('a', 'whole');
    const sending = request(at('/dr/a'), { method: 'PUT', headers: { 'content-length': 1000 } });
    sending.on('error', () => {});
    sending.write('half');
    await until(() => readdirSync(join(dir, '.incoming')).length === 1);
    sending.destroy();
    await until(() => readdirSync(join(dir, '.incoming')).length === 0);
    expect(await (await fetch(at('/dr/a'))).text()).toBe('whole');
  });

  it('gives a reader the object that it began to read', async () => {
    await fetch(at('/dr/a'), { method: 'PUT', body: Buffer.alloc(4_000_000, 'a') });
    const reading = await fetch(at('/dr/a'));
    await fetch(at('/dr/a'), { method: 'PUT', body: Buffer.alloc(4_000_000, 'b') });
    expect(Buffer.from(await reading.arrayBuffer()).equals(Buffer.alloc(4_000_000, 'a'))).toBe(true);
  });

  it('listens on several hosts at one port', async () => {
    const two = await startStore({ dir: mkdtempSync(join(dir, '.two-')), host: ['127.0.0.1', '127.0.0.2'], buckets: ['dr'] });
    for (const host of ['127.0.0.1', '127.0.0.2']) expect((await fetch(`http://${host}:${two.port}/dr`, { method: 'HEAD' })).status).toBe(200);
    await two.close();
  });
});

describe('the lab store as a process', () => {
  it('keeps every acknowledged object, whole, through kill -9 in the middle of writes, at the same port', async () => {
    await store.close();
    let child = run(MAIN, ['--dir', dir, '--bucket', 'dr']);
    const { url, port } = ready.parse(await firstLine(child));
    const acknowledged = new Map<string, number>();
    const bodyOf = (n: number): Buffer => Buffer.alloc(200_000, `${n}.`);
    for (let round = 0; round < 3; round += 1) {
      const writers = ['w0', 'w1', 'w2', 'w3'].map(async (key) => {
        for (let n = (acknowledged.get(key) ?? 0) + 1; ; n += 1) {
          const response = await fetch(`${url}/dr/${key}`, { method: 'PUT', body: bodyOf(n) }).catch(() => undefined);
          if (!response?.ok) return;
          acknowledged.set(key, n);
        }
      });
      await sleep(300);
      await child.end('SIGKILL');
      await Promise.all(writers);
      child = run(MAIN, ['--dir', dir, '--port', String(port)]);
      expect(ready.parse(await firstLine(child)).url).toBe(url);
      expect(acknowledged.size).toBe(4);
      for (const [key, least] of acknowledged) {
        const response = await fetch(`${url}/dr/${key}`);
        const body = Buffer.from(await response.arrayBuffer());
        const n = Number.parseInt(body.toString('latin1', 0, 20), 10);
        expect(body.equals(bodyOf(n))).toBe(true);
        expect(response.headers.get('etag')).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
        // The write that was under way may have come through as well.
        expect(n - least).toBeOneOf([0, 1]);
      }
      expect(readdirSync(join(dir, '.incoming'))).toEqual([]);
    }
    await child.end('SIGTERM');
    expect(child.child.exitCode).toBe(0);
  }, 30_000);

  it.each([[[]], [['--dir', 'x', '--port', 'many']], [['--dir', 'x', '--nonsense']]])('says what is wrong with %j and ends', async (args) => {
    const child = run(MAIN, args);
    await child.lines.next();
    await until(() => child.child.exitCode !== null);
    expect([child.child.exitCode, child.said()]).toEqual([1, expect.stringMatching(/^store: .*\n/)]);
    expect(child.said()).not.toContain('    at ');
  });
});

function raw(method: string, key: string, body = '', bucket = 'dr'): Promise<{ status: number | undefined; body: string }> {
  const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: store.port, method, path }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    })
      .on('error', reject)
      .end(body);
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error('it never came to be');
    await sleep(20);
  }
}
