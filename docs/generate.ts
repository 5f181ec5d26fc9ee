import { mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { drillRecord } from '../drills/record.ts';
import { editorSchemas } from '../drills/schema/editor.ts';
import { formatReference } from '../drills/schema/reference.ts';
import { schemas } from '../providers/registry.ts';

interface Generated {
  /** Beside this file. */
  readonly file: string;
  readonly content: () => string;
}

const editors = editorSchemas(schemas);

/** Everything under docs/ that follows from code. `node docs/generate.ts` writes it; a test compares. */
export const GENERATED: readonly Generated[] = [
  { file: 'record.schema.json', content: () => jsonSchema(drillRecord, 'record.schema.json') },
  ...Object.entries(editors).map(([kind, schema]): Generated => ({ file: `schemas/${kind}.json`, content: () => withId(schema, `${kind}.json`) })),
  { file: 'drill-format.md', content: () => formatReference(editors) },
];

function jsonSchema(schema: z.ZodType, id: string): string {
  const made = z.toJSONSchema(schema, {
    // `format` says it; the pattern that zod adds is a screen of digits.
    override: ({ jsonSchema: made }) => void (made.format === 'date-time' && delete made.pattern),
  });
  return withId(made, id);
}

function withId({ $schema, ...rest }: z.core.JSONSchema.BaseSchema, id: string): string {
  return `${written({ $schema, $id: id, ...rest }, '')}\n`;
}

const WIDTH = 160;

/** JSON as the formatter leaves it: a list of plain values stays on one line where it fits. */
function written(value: unknown, indent: string, before = 0): string {
  const flat = JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return flat;
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const lines = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => `${inner}${JSON.stringify(key)}: ${written(each, inner, inner.length + key.length + 4)}`);
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
  }
  const items = value.map((each) => written(each, inner));
  const line = `[${items.join(', ')}]`;
  // The comma that may follow counts.
  if (!line.includes('\n') && before + line.length < WIDTH) return line;
  return `[\n${items.map((each) => `${inner}${each}`).join(',\n')}\n${indent}]`;
}

if (import.meta.main) {
  mkdirSync(new URL('schemas/', import.meta.url), { recursive: true });
  for (const { file, content } of GENERATED) writeFileSync(new URL(file, import.meta.url), content());
}
