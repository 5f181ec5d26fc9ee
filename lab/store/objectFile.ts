import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { StoreError } from './errors.ts';

/** One object = one file: a line of JSON that says what it is, then the body. One rename makes both visible. */
export interface ObjectFile {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** Where the body starts. */
  readonly offset: number;
}

const headSchema = z.strictObject({ etag: z.string().regex(/^[0-9a-f]{32}$/), key: z.string() });
/** A key has at most 1,024 bytes, each at most six characters of JSON. */
const LONGEST_HEAD = 8192;

/** The file's name says nothing but which key: no key, however odd or long, leads out of its directory. */
export function fileNameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Writes and syncs a file that nobody sees yet; gives the body's MD5, which is the etag, as S3's is for a plain upload. */
export async function writeObject(path: string, key: string, body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const file = await open(path, 'wx');
  try {
    const hash = createHash('md5');
    // As long as the final one, which only the end of the body can tell.
    await file.writeFile(headOf(key, '0'.repeat(32)));
    for await (const chunk of body) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    const md5 = hash.digest();
    await file.write(headOf(key, md5.toString('hex')), 0);
    await file.sync();
    return md5;
  } finally {
    await file.close();
  }
}

/** The open file and what it is. The caller closes it. */
export function openObject(path: string): { fd: number; object: ObjectFile } {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(LONGEST_HEAD);
    const read = readSync(fd, head, 0, LONGEST_HEAD, 0);
    const end = head.subarray(0, read).indexOf('\n');
    if (end < 0) throw new StoreError('InternalError', `${path} is no object of this store`);
    const { key, etag } = headSchema.parse(JSON.parse(head.toString('utf8', 0, end)));
    const { size, mtime } = fstatSync(fd);
    return { fd, object: { key, etag, sizeBytes: size - end - 1, modifiedAt: mtime, offset: end + 1 } };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function headOf(key: string, etag: string): string {
  return `${JSON.stringify({ etag, key })}\n`;
}
