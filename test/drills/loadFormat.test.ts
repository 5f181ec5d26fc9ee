import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadFiles } from '../../drills/load/index.ts';
import { findProject, readFiles } from '../../drills/load/read.ts';
import { editorSchemas, type JsonSchema } from '../../drills/schema/editor.ts';
import { formatReference } from '../../drills/schema/reference.ts';
import { schemas } from '../../providers/registry.ts';
import { changed, DRILL, MUSTER, said, SCHEMAS, WORKLOAD } from './support/loading.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const examples = readdirSync(join(project, 'drills/examples'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ya?ml$/.test(name))
  .map((name) => join(project, 'drills/examples', name));

/** Each key of a schema, with what it says of itself. */
function keysOf(schema: unknown, path = ''): { path: string; description: string }[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap((each) => keysOf(each, path));
  return Object.entries(schema).flatMap(([word, value]) => {
    if (word !== 'properties') return keysOf(value, path);
    return Object.entries(value as Record<string, JsonSchema>).flatMap(([key, each]) => [
      { path: `${path}.${key}`, description: each.description ?? '' },
      ...keysOf(each, `${path}.${key}`),
    ]);
  });
}

describe('what editors and readers are told', () => {
  it.each(Object.entries(editorSchemas(schemas)))('of every key of a %s file is what it means', (_, schema) => {
    const keys = keysOf(schema);
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter(({ description }) => description.length < 8).map(({ path }) => path)).toEqual([]);
  });

  it('has every key of every file in the reference', () => {
    const made = editorSchemas(schemas);
    const reference = formatReference(made);
    for (const { path } of Object.values(made).flatMap((schema) => keysOf(schema))) expect(reference).toContain(`| \`${path.split('.').at(-1)}\` |`);
  });

  it('tells the keys of each provider apart', () => {
    const reference = formatReference(editorSchemas(SCHEMAS));
    expect(reference).toContain('### `sites.<name>` with `provider: rack`');
    expect(reference).toContain('### `sites.<name>` with `provider: cloud`');
    expect(reference).toContain('| `host` | text | **required** | Where the rack is reached. |');
  });
});

describe('the schemas of editors', () => {
  const made = editorSchemas(SCHEMAS);
  const TEXTS = { muster: MUSTER, workload: WORKLOAD, drill: DRILL };
  const accepts = (kind: keyof typeof TEXTS, text: string) => z.fromJSONSchema(made[kind]).safeParse(parse(text)).success;

  it.each(Object.entries(TEXTS))('accept a good %s file', (kind, text) => {
    expect(accepts(kind as keyof typeof TEXTS, text)).toBe(true);
  });

  it.each([
    ['a misspelt key', 'drill', 'objectives:', 'objectivs:'],
    ['a unit that is not one', 'drill', 'rto: 30m', 'rto: 30min'],
    ['a mode that there is not', 'drill', 'rehearse, ', 'rehears, '],
    ['a size in other units', 'workload', '{ size: 1Gi }', '{ size: 1GB }'],
    ['a probe of no form', 'workload', ', http: GET /health', ''],
    ['a misspelt key of a provider', 'muster', 'host: rack-1', 'hots: rack-1'],
    ['a key of another provider', 'muster', 'region: eu-west-1', 'region: eu-west-1, host: rack-1'],
    ['a provider that there is not', 'muster', 'provider: rack', 'provider: rakc'],
  ] as const)('refuse %s', (_, kind, part, by) => {
    expect(accepts(kind, changed(TEXTS[kind], part, by))).toBe(false);
  });
});

describe('every example', () => {
  it('is there', () => {
    expect(examples.length).toBeGreaterThan(2);
  });

  it.each(examples.map((path) => relative(project, path)))('%s names the schema of its kind in its first line', (path) => {
    const text = readFileSync(join(project, path), 'utf8');
    const [, named = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    const kind = /^installation:/m.test(text) ? 'muster' : /^components:/m.test(text) ? 'workload' : 'drill';
    expect(relative(project, resolve(dirname(join(project, path)), named))).toBe(`docs/schemas/${kind}.json`);
  });

  it.each(examples.map((path) => relative(project, path)))('%s is free of mistakes', async (path) => {
    const folder = await findProject(join(project, path));
    const { files, problems } = await readFiles([folder ?? '', join(project, path)], project);
    expect(files.map((each) => each.path)).toContain(path);
    expect(said([...problems, ...loadFiles(files, schemas).problems])).toEqual([]);
  });
});
