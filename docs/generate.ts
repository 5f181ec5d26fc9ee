import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { drillRecord } from '../drills/record.ts';

interface Generated {
  /** Beside this file. */
  readonly file: string;
  readonly content: () => string;
}

/** Everything under docs/ that follows from code. `node docs/generate.ts` writes it; a test compares. */
export const GENERATED: readonly Generated[] = [{ file: 'record.schema.json', content: () => jsonSchema(drillRecord, 'record.schema.json') }];

function jsonSchema(schema: z.ZodType, id: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    // `format` says it; the pattern that zod adds is a screen of digits.
    override: ({ jsonSchema: made }) => void (made.format === 'date-time' && delete made.pattern),
  });
  return `${JSON.stringify({ $schema, $id: id, ...rest }, undefined, 2)}\n`;
}

if (import.meta.main) {
  for (const { file, content } of GENERATED) writeFileSync(new URL(file, import.meta.url), content());
}
