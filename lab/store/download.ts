import { closeSync, createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ObjectFile } from './objectFile.ts';
import { rangeOf } from './range.ts';

/** Sends the body of an open file and closes it, whatever replaces the object meanwhile. */
export async function download({ fd, object }: { fd: number; object: ObjectFile }, rangeHeader: string | undefined, response: ServerResponse): Promise<void> {
  let open = true;
  try {
    const range = rangeOf(rangeHeader, object.sizeBytes);
    const { start, end } = range ?? { start: 0, end: object.sizeBytes - 1 };
    const headers = { ...headersOf(object), 'content-length': end - start + 1 };
    if (range) response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end}/${object.sizeBytes}` });
    else response.writeHead(200, headers);
    if (end < start) {
      response.end();
      return;
    }
    const stream = createReadStream('', { fd, start: object.offset + start, end: object.offset + end });
    open = false;
    await pipeline(stream, response);
  } finally {
    if (open) closeSync(fd);
  }
}

export function headersOf(object: ObjectFile): Record<string, string> {
  return { etag: `"${object.etag}"`, 'last-modified': object.modifiedAt.toUTCString(), 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
}
