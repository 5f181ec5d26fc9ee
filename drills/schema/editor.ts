import { z } from 'zod';
import { bytes, duration, sayDuration } from '../units.ts';
import { drill } from './drill.ts';
import { muster, routeBase, siteBase, storeBase } from './muster.ts';
import { named } from './names.ts';
import type { Schemas } from './providers.ts';
import { workload } from './workload.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One JSON Schema a kind of file, for editors: what may be written, not what it becomes. */
export function editorSchemas({ sites, routes, stores }: Schemas): Readonly<Record<'muster' | 'workload' | 'drill', JsonSchema>> {
  const { shape } = muster;
  const whole = z.strictObject({
    ...shape,
    sites: named(oneOf('provider', siteBase, sites)).describe(meaning(shape.sites)),
    stores: named(oneOf('type', storeBase, stores))
      .default({})
      .describe(meaning(shape.stores)),
    routes: named(oneOf('driver', routeBase, routes))
      .default({})
      .describe(meaning(shape.routes)),
  });
  return { muster: jsonSchema(whole.describe(meaning(muster))), workload: jsonSchema(workload), drill: jsonSchema(drill) };
}

/** Common keys and those of the provider together: the word that chooses it tells which. */
function oneOf(chooser: string, common: z.ZodObject, providers: Readonly<Record<string, z.ZodType>>): z.ZodType {
  const { [chooser]: word, ...shared } = common.shape;
  const forms = Object.entries(providers).map(([name, schema]) => {
    const own = Object.entries(schema instanceof z.ZodObject ? schema.shape : {}).filter(([key]) => !Object.hasOwn(common.shape, key));
    return z.strictObject({ [chooser]: z.literal(name).describe(word ? meaning(word) : ''), ...Object.fromEntries(own), ...shared });
  });
  return forms.length === 1 && forms[0] ? forms[0] : z.union(forms);
}

const meaning = (schema: z.core.$ZodType): string => z.globalRegistry.get(schema)?.description ?? '';

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    // What editors' YAML plug-ins know.
    target: 'draft-7',
    override({ zodSchema, jsonSchema: made }) {
      if (!(zodSchema instanceof z.ZodDefault)) return;
      const { innerType, defaultValue } = zodSchema.def;
      if (innerType === duration) made.default = sayDuration(Number(defaultValue));
      else if (innerType === bytes) made.default = Number(defaultValue);
      // Left out where something inside is read into another form, which nothing is not.
      else if (Array.isArray(defaultValue) && defaultValue.length === 0) made.default = [];
      else if (JSON.stringify(defaultValue) === '{}') made.default = {};
    },
  });
}
