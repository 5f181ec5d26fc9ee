import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { METHODS } from './methods.ts';

/**
 * Run by hand: `node lab/gcp/extract.ts WHEEL` takes Google's discovery document out of the wheel of google-api-python-client and writes
 * `compute.v1.json` beside this file: the methods of `methods.ts` and the schemas that can be reached from them.
 */
const MEMBER = 'googleapiclient/discovery_cache/documents/compute.v1.json';

type Node = Readonly<Record<string, unknown>>;
const node = z.record(z.string(), z.unknown());
const full = z.object({
  revision: z.string(),
  servicePath: z.string(),
  parameters: z.record(z.string(), node),
  schemas: z.record(z.string(), node),
  resources: z.record(z.string(), z.object({ methods: z.record(z.string(), node).optional() })),
});

const KEPT = ['type', 'format', 'pattern', 'enum', 'required', 'location', 'minimum', 'maximum', 'repeated', '$ref', 'annotations'] as const;

/** What checks need. A description says one thing that no keyword does: that a field is output only. */
function pruned(from: Node): Node {
  const to: Record<string, unknown> = {};
  for (const key of KEPT) if (from[key] !== undefined) to[key] = from[key];
  if (from.readOnly === true || /^\s*\[?output only\]?/i.test(String(from.description ?? ''))) to.readOnly = true;
  for (const key of ['items', 'additionalProperties'] as const) if (from[key] !== undefined) to[key] = pruned(node.parse(from[key]));
  if (from.properties !== undefined) to.properties = mapped(node.parse(from.properties));
  return to;
}

function mapped(from: Node): Node {
  return Object.fromEntries(Object.entries(from).map(([name, each]) => [name, pruned(node.parse(each))]));
}

function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === '$ref' && typeof each === 'string' ? [each] : referencesOf(each)));
}

const [wheel] = process.argv.slice(2);
if (wheel === undefined) throw new Error('usage: node lab/gcp/extract.ts WHEEL');
const document = full.parse(JSON.parse(execFileSync('unzip', ['-p', wheel, MEMBER], { maxBuffer: 64 << 20, encoding: 'utf8' })));

const methods: Record<string, Node> = {};
for (const id of METHODS) {
  const [, resource = '', name = ''] = id.split('.');
  const found = document.resources[resource]?.methods?.[name];
  if (!found) throw new Error(`${MEMBER} has no ${id}`);
  const { httpMethod, path, request, response, scopes } = found;
  methods[id] = { httpMethod, path, parameters: mapped(node.parse(found.parameters)), request, response, scopes };
}

const schemas: Record<string, Node> = {};
const wanted = referencesOf(methods);
for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
  if (schemas[name]) continue;
  const schema = pruned(node.parse(document.schemas[name]));
  schemas[name] = schema;
  wanted.push(...referencesOf(schema));
}

const header = {
  origin: `PyPI ${wheel.split('/').at(-1)}, ${MEMBER}, Apache-2.0`,
  sha256: createHash('sha256').update(readFileSync(wheel)).digest('hex'),
  madeBy: 'node lab/gcp/extract.ts WHEEL: the methods of lab/gcp/methods.ts and what they reach; descriptions dropped',
  revision: document.revision,
  servicePath: document.servicePath,
};
const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const lines = (of: Readonly<Record<string, Node>>): string =>
  Object.entries(of)
    .map(([name, each]) => `    ${JSON.stringify(name)}: ${JSON.stringify(each)}`)
    .join(',\n');
writeFileSync(
  new URL('compute.v1.json', import.meta.url),
  `{\n  "header": ${JSON.stringify(header)},\n  "parameters": {\n${lines(Object.fromEntries(Object.entries(mapped(document.parameters)).map(([k, v]) => [k, node.parse(v)])))}\n  },\n` +
    `  "methods": {\n${lines(methods)}\n  },\n  "schemas": {\n${lines(sorted)}\n  }\n}\n`,
);
