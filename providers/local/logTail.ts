import { open } from 'node:fs/promises';

/** The last lines of a log, for people. Empty when there is none. */
export async function lastLines(path: string, lines = 5, from = 0): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - 2000);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, Math.max(0, size - start), start);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-lines)
      .join(' | ')
      .slice(-500);
  } finally {
    await file.close();
  }
}
