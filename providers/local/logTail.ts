import { open, stat } from 'node:fs/promises';

const BYTES = 4000;
const LINES = 5;
const CHARACTERS = 500;

/** In bytes; 0 when there is none. */
export function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The end of a log, from an offset on at the earliest. Empty when there is none. */
export async function logTail(path: string, from = 0): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - BYTES);
    const length = Math.max(0, size - start);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

/** What a person wants of it in one line: the last error and what stands beside it, or else its last lines. */
export function lastWords(tail: string): string {
  const lines = tail
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const error = lines.findLastIndex((line) => /\b\w*(error|fatal|panic)\b/i.test(line));
  const told = error === -1 ? lines.slice(-LINES) : lines.slice(error, error + 2);
  return told.join(' | ').slice(-CHARACTERS) || 'it said nothing';
}
