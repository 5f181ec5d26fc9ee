import { z } from 'zod';
import type { Path } from './tree.ts';

type Schema = z.core.$ZodType;

/** Every schema that a value at this path is checked with: the branches of unions, without what wraps them. */
export function schemasAt(root: Schema, path: Path): Schema[] {
  return path.reduce<Schema[]>((schemas, part) => schemas.flatMap((each) => bare(each).flatMap((schema) => inside(schema, part))), [root]).flatMap(bare);
}

/** What the key at this path means; undefined where it says nothing of itself. */
export function meaningAt(root: Schema, path: Path): string | undefined {
  const last = path.at(-1);
  const schemas = last === undefined ? [root] : schemasAt(root, path.slice(0, -1)).flatMap((schema) => inside(schema, last));
  return schemas.map(described).find((text) => text !== undefined);
}

/** Keys that a mapping at this path may have; none where its keys are free. */
export const keysOf = (root: Schema, path: Path): string[] => [
  ...new Set(schemasAt(root, path).flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []))),
];

function inside(schema: Schema, part: string | number): Schema[] {
  if (schema instanceof z.ZodObject) {
    const own: unknown = Object.hasOwn(schema.shape, part) ? schema.shape[part] : schema.def.catchall;
    return own instanceof z.core.$ZodType ? [own] : [];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return schema instanceof z.ZodArray ? [schema.element] : [];
}

function bare(schema: Schema): Schema[] {
  const inner = wrapped(schema);
  if (inner) return bare(inner);
  return schema instanceof z.ZodUnion ? schema.options.flatMap(bare) : [schema];
}

function wrapped(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodPipe) return schema.in;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly)
    return schema.def.innerType;
  return undefined;
}

function described(schema: Schema): string | undefined {
  const own = z.globalRegistry.get(schema)?.description;
  const inner = wrapped(schema);
  return own ?? (inner ? described(inner) : undefined);
}
