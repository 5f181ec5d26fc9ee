import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A schema, or a parameter, of Google's discovery document: https://developers.google.com/discovery/v1/reference/apis */
export interface Schema {
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  /** Of the whole text. */
  readonly pattern?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly readOnly?: boolean | undefined;
  readonly $ref?: string | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: Schema | undefined;
  /** The ids of the methods whose requests must have it. */
  readonly annotations?: { readonly required?: readonly string[] | undefined } | undefined;
  /** Of a parameter. */
  readonly location?: string | undefined;
  readonly required?: boolean | undefined;
  readonly repeated?: boolean | undefined;
  readonly minimum?: string | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.strictObject({
    type: z.string().optional(),
    format: z.string().optional(),
    pattern: z.string().optional(),
    enum: z.array(z.string()).optional(),
    readOnly: z.boolean().optional(),
    $ref: z.string().optional(),
    items: schema.optional(),
    properties: z.record(z.string(), schema).optional(),
    additionalProperties: schema.optional(),
    annotations: z.strictObject({ required: z.array(z.string()).optional() }).optional(),
    location: z.enum(['path', 'query']).optional(),
    required: z.boolean().optional(),
    repeated: z.boolean().optional(),
    minimum: z.string().optional(),
  }),
);

const reference = z.strictObject({ $ref: z.string() });
const method = z.strictObject({
  httpMethod: z.enum(['GET', 'POST', 'DELETE', 'PATCH', 'PUT']),
  path: z.string(),
  parameters: z.record(z.string(), schema),
  request: reference.optional(),
  response: reference.optional(),
  scopes: z.array(z.string()),
});
export type Method = z.infer<typeof method>;

const document = z.strictObject({
  header: z.strictObject({ origin: z.string(), sha256: z.string(), madeBy: z.string(), revision: z.string(), servicePath: z.string() }),
  parameters: z.record(z.string(), schema),
  methods: z.record(z.string(), method),
  schemas: z.record(z.string(), schema),
});

/** What of Google's description of Compute Engine is used here; made by `extract.ts`. */
export const DOCUMENT = document.parse(JSON.parse(readFileSync(new URL('compute.v1.json', import.meta.url), 'utf8')));

export function schemaOf(name: string): Schema {
  const found = DOCUMENT.schemas[name];
  if (!found) throw new Error(`compute.v1.json has no schema ${name}: run extract.ts again`);
  return found;
}
