import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { codeOf, createJson, readJson } from './json.ts';

/**
 * A value that is replaced by compare-and-set, without a lock that a crash could leave behind: each version is a file of its own,
 * made exclusively, and the highest is the current one.
 */
export interface Numbered<T> {
  readonly version: number;
  readonly value: T;
}

export async function latest<T>(directory: string, prefix: string, schema: z.ZodType<T>): Promise<Numbered<T> | undefined> {
  const versions = (await names(directory)).flatMap((name) => {
    const match = /^(.+)-(\d+)\.json$/.exec(name);
    return match?.[1] === prefix ? [Number(match[2])] : [];
  });
  const version = Math.max(0, ...versions);
  const value = version > 0 ? await readJson(fileOf(directory, prefix, version), schema) : undefined;
  return value === undefined ? undefined : { version, value };
}

/** False when another was faster, or when the directory is gone. */
export async function replace(directory: string, prefix: string, current: number, value: unknown): Promise<boolean> {
  try {
    return await createJson(fileOf(directory, prefix, current + 1), value);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

const fileOf = (directory: string, prefix: string, version: number): string => join(directory, `${prefix}-${version}.json`);

async function names(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
}
