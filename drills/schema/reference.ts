import type { JsonSchema } from './editor.ts';

/** `drill-format.md`: every key of the three files, from the schemas that editors get. */
export function formatReference(schemas: Readonly<Record<'muster' | 'workload' | 'drill', JsonSchema>>): string {
  const parts = [
    '# The files',
    'Generated from the schemas that the files are checked with: do not edit, run `node docs/generate.ts`.',
    'Three kinds of files, told apart by their first key. They are YAML 1.2; one file may hold several, each after a line `---`. A project is a folder with `muster.yaml` and the folders `workloads/` and `drills/`. `muster validate FILE…` says every mistake at once, as `file:line:column: message`, and touches nothing.',
    'Editors complete and check them where the first line names the schema, as in `# yaml-language-server: $schema=…/docs/schemas/drill.json`.',
    ...types(Object.values(schemas)),
    ...WHEN,
    ...RULES,
    ...file('muster.yaml', 'muster.yaml', schemas.muster),
    ...file('Workloads', 'workloads/*.yaml', schemas.workload),
    ...file('Drills', 'drills/*.yaml', schemas.drill),
  ];
  return `${parts.join('\n\n')}\n`;
}

const WHEN = [
  '## When a drill runs by itself',
  'Words for `schedule.on`, in capitals or not:',
  [
    '- `first Tuesday of the quarter at 09:00`: `first` to `fourth` or `last`, of the `month`, `quarter`, `half-year` or `year`, or of months by name, as in `second Sunday of January and July at 10:00`. All but `last` are counted from the first day of the period.',
    '- `day 15 of the month at 12:00`, up to 28; `first day` and `last day` of any of these periods.',
    '- `every day at 02:30`, `every weekday at 02:30`, `every Monday and Thursday at 02:30`.',
    '- A cron line of five fields, as in `30 8 1 JAN,APR,JUL,OCT *`; not with a day of the month and a day of the week at once, which cron programs read in two ways.',
  ].join('\n'),
  'Times are those of `schedule.zone`. A time that the clocks leave out in spring does not come on that day, and one that they repeat in autumn comes twice: from 03:00 on neither happens in most zones.',
];

const RULES = [
  '## What no file can do',
  'Lock, fence, verify and clean-up cannot be skipped, replaced or moved past (safety rule 1): no step may be called like a fixed step or stand after `lock`, `fence`, `cleanup`, `sweep` or `conclude`, and no key switches a step off. Every step says its undo (safety rule 3). A live mode is allowed by name only, and needs an approval before `disrupt` by a role of at least two people.',
];

/** Words for types that several keys have. */
function types(schemas: readonly JsonSchema[]): string[] {
  const all = new Map(schemas.flatMap((schema) => Object.entries(schema.definitions ?? {})));
  const rows = [...all.keys()].toSorted().map((name) => `| ${name} | ${cell(descriptionOf(all.get(name)))} |`);
  return ['## Types', ['| type | is |', '|---|---|', ...rows].join('\n')];
}

function file(title: string, path: string, schema: JsonSchema): string[] {
  return [
    `## ${title}`,
    descriptionOf(schema)
      .replace(`${path}: `, '')
      .replace(/^./, (first) => first.toUpperCase()),
    ...tables('', schema, 3),
  ];
}

/** One table a mapping, those inside it after it. */
function tables(path: string, schema: JsonSchema, depth: number, oneOf: ReadonlySet<string> = new Set()): string[] {
  const properties = Object.entries(schema.properties ?? {});
  const rows = properties.map(([key, each]) => {
    const value = asSchema(each);
    const needed = oneOf.has(key) ? '**one of these**' : (schema.required ?? []).includes(key) ? '**required**' : cell(defaultOf(value));
    return `| \`${key}\` | ${cell(typeOf(value))} | ${needed} | ${cell(descriptionOf(value))} |`;
  });
  const own = ['| key | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
  return [own, ...properties.flatMap(([key, each]) => inner(path === '' ? key : `${path}.${key}`, asSchema(each), depth))];
}

function inner(path: string, schema: JsonSchema, depth: number): string[] {
  const heading = (at: string, form: JsonSchema) => `${'#'.repeat(Math.min(depth, 5))} \`${at}\`${chosenBy(form)}`;
  const list = asSchema(Array.isArray(schema.items) ? undefined : schema.items);
  const places: readonly (readonly [string, JsonSchema])[] = [
    [path, schema],
    [`${path}[]`, list],
    [`${path}.<name>`, asSchema(schema.additionalProperties)],
  ];
  return places.flatMap(([at, place]) => {
    const forms = [place, ...(place.anyOf ?? []).map(asSchema)].filter(({ properties }) => properties);
    const [first] = forms;
    if (!first) return [];
    if (forms.every((form) => chosenBy(form) !== '')) return forms.flatMap((form) => [heading(at, form), ...tables(at, form, depth + 1)]);
    const properties = Object.fromEntries(forms.flatMap((form) => Object.entries(form.properties ?? {})));
    const telling = Object.keys(properties).filter((key) => !forms.every((form) => Object.hasOwn(form.properties ?? {}, key)));
    return [heading(at, first), ...tables(at, { ...first, properties }, depth + 1, new Set(telling))];
  });
}

/** ` with provider: local`: the word that chooses this form of a mapping. */
function chosenBy(form: JsonSchema): string {
  const [word] = Object.entries(form.properties ?? {}).filter(
    ([key, each]) => typeof asSchema(each).const === 'string' && ['provider', 'driver', 'type'].includes(key),
  );
  if (word) return ` with \`${word[0]}: ${String(asSchema(word[1]).const)}\``;
  return '';
}

function typeOf(schema: JsonSchema): string {
  const [reference] = (schema.allOf ?? []).map(asSchema);
  const named = schema.$ref ?? reference?.$ref;
  if (named !== undefined) return named.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map((each) => typeOf(asSchema(each))))].join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(asSchema(Array.isArray(schema.items) ? undefined : schema.items)).replace(/^mapping$/, 'mappings')}`;
  if (schema.type === 'object')
    return schema.properties
      ? 'mapping'
      : `${typeOf(asSchema(schema.propertyNames)) || 'text'} to ${typeOf(asSchema(schema.additionalProperties)) || 'anything'}`;
  if (schema.type === 'string') return schema.format === 'uri' ? 'address' : 'text';
  return schema.type === 'integer' ? 'whole number' : schema.type === 'boolean' ? '`true` or `false`' : schema.type === 'number' ? 'number' : '';
}

function defaultOf(schema: JsonSchema): string {
  if (schema.default === undefined) return '';
  if (Array.isArray(schema.default)) return schema.default.length === 0 ? 'none' : `\`[${schema.default.join(', ')}]\``;
  return typeof schema.default === 'object' ? 'none' : `\`${String(schema.default)}\``;
}

const descriptionOf = (schema: unknown): string => asSchema(schema).description ?? '';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Of what is no schema at all, an empty one. */
const asSchema = (value: unknown): JsonSchema => (isSchema(value) ? value : {});

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
