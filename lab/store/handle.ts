import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Address, refuseOthers } from './address.ts';
import { bodyOf, headerOf } from './body.ts';
import type { Condition } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import { download, headersOf } from './download.ts';
import { StoreError } from './errors.ts';
import { listXml } from './xml.ts';

const PAGE = 1000;
const LIST_QUERY = ['list-type', 'prefix', 'max-keys', 'continuation-token', 'start-after', 'encoding-type', 'fetch-owner'];

/** Answers one request; what it throws before the first byte becomes an error document. */
export async function handle(buckets: Buckets, address: Address, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (address.key === '') return handleBucket(buckets, address, request, response);
  refuseOthers(address.query, []);
  const bucket = buckets.get(address.bucket);
  switch (request.method) {
    case 'GET':
      return download(bucket.open(address.key), request.headers.range, response);
    case 'HEAD': {
      const object = bucket.get(address.key);
      response.writeHead(200, { ...headersOf(object), 'content-length': object.sizeBytes }).end();
      return;
    }
    case 'PUT': {
      if (headerOf(request, 'x-amz-copy-source')) throw new StoreError('NotImplemented', 'This store does not copy.');
      const { etag } = await bucket.put(address.key, bodyOf(request), conditionOf(request), headerOf(request, 'content-md5'));
      response.writeHead(200, { etag: `"${etag}"`, 'content-length': 0 }).end();
      return;
    }
    case 'DELETE':
      await bucket.remove(address.key);
      response.writeHead(204).end();
      return;
    default:
      throw new StoreError('MethodNotAllowed', 'The specified method is not allowed against this resource.');
  }
}

function handleBucket(buckets: Buckets, { bucket, query }: Address, request: IncomingMessage, response: ServerResponse): void {
  refuseOthers(query, request.method === 'GET' ? LIST_QUERY : []);
  switch (request.method) {
    case 'GET': {
      if (query.get('list-type') !== '2') throw new StoreError('NotImplemented', 'This store lists by ListObjectsV2 only.');
      const prefix = query.get('prefix') ?? '';
      const maxKeys = Math.min(countOf(query.get('max-keys')), PAGE);
      const token = query.get('continuation-token');
      const after = token === null ? (query.get('start-after') ?? undefined) : Buffer.from(token, 'base64url').toString();
      const page = buckets.get(bucket).list(prefix, after, maxKeys);
      const body = listXml(bucket, prefix, maxKeys, page, query.get('encoding-type') === 'url');
      response.writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    }
    case 'HEAD':
      buckets.get(bucket);
      response.writeHead(200).end();
      return;
    case 'PUT':
      buckets.make(bucket);
      response.writeHead(200, { location: `/${bucket}`, 'content-length': 0 }).end();
      return;
    case 'DELETE':
      buckets.remove(bucket);
      response.writeHead(204).end();
      return;
    default:
      throw new StoreError('MethodNotAllowed', 'The specified method is not allowed against this resource.');
  }
}

function conditionOf(request: IncomingMessage): Condition {
  const absent = request.headers['if-none-match'];
  if (absent !== undefined && absent !== '*') throw new StoreError('NotImplemented', 'If-None-Match takes * only.');
  const match = request.headers['if-match']?.replace(/^"|"$/g, '');
  return { absent: absent === '*', ...(match === undefined ? {} : { match }) };
}

function countOf(text: string | null): number {
  if (text === null) return PAGE;
  if (!/^\d{1,9}$/.test(text)) throw new StoreError('InvalidArgument', 'max-keys is not a whole number.');
  return Number(text);
}
