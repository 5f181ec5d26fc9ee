import { randomUUID } from 'node:crypto';
import { link, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { DriverError } from '../errors.ts';

/** Whole or not at all, whatever happens in the middle. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWhole(path, jsonOf(value));
}

export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  await rename(await drafted(path, content), path);
}

/** False when the file is there already; it is then left as it is. */
export async function createJson(path: string, value: unknown): Promise<boolean> {
  const draft = await drafted(path, jsonOf(value));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Undefined when there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Undefined when there is no such file. Throws when it is not what it should be. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The parser's own words repeat what it read, and that may be a secret.
    throw new DriverError('Unknown', `${path} is damaged: remove what it belongs to and make it again`);
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function drafted(path: string, content: string | Buffer): Promise<string> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600, flush: true });
  return draft;
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}
