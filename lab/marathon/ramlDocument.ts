import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Json, jsonOf } from './json.ts';

/** Of Marathon's description. */
const FOLDER = new URL('./raml/', import.meta.url);

/** One file of it. What it includes stays unread: that is examples. */
export function ramlDocument(path: string): Json {
  return jsonOf(parse(readFileSync(new URL(path, FOLDER), 'utf8'), { customTags: [{ tag: '!include', resolve: (included: string) => included }] }));
}
