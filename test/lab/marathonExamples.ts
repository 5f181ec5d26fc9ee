import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../lab/marathon/raml/v2/examples/', import.meta.url);

/** Names of the official examples of Marathon's documentation. */
export const EXAMPLES: readonly string[] = readdirSync(FOLDER)
  .map((file) => file.replace(/\.json$/, ''))
  .toSorted();

export function example(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}
