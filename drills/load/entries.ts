import { z } from 'zod';
import { routeBase, siteBase, storeBase } from '../schema/muster.ts';
import type { Schemas } from '../schema/providers.ts';
import type { Document, Report } from './document.ts';
import { mistakesOf } from './issues.ts';
import type { Problem } from './problem.ts';
import { orElse, quoted } from './say.ts';
import { entriesAt, type Node, textAt } from './tree.ts';
import { UNSAID } from './wording.ts';

const SECTIONS = [
  { section: 'sites', chooser: 'provider', what: 'provider', base: siteBase },
  { section: 'routes', chooser: 'driver', what: 'route driver', base: routeBase },
  { section: 'stores', chooser: 'type', what: 'store type', base: storeBase },
] as const;

/** The keys of each site, route and store that belong to its provider. The common ones are checked with the rest of muster.yaml. */
export function checkEntries(muster: Document, schemas: Schemas, report: Report): Problem[] {
  return SECTIONS.flatMap(({ section, chooser, what, base }) =>
    entriesAt(muster.root, section).flatMap(([name, entry]) => {
      const choice = textAt(entry, chooser);
      if (choice === undefined) return [];
      const schema = Object.hasOwn(schemas[section], choice) ? schemas[section][choice] : undefined;
      if (schema) return checkEntry(muster, [section, name], entry, base, schema);
      report(muster, [section, name, chooser], `no ${what} is called ${quoted(choice)}${orElse(choice, Object.keys(schemas[section]))}`);
      return [];
    }),
  );
}

function checkEntry(muster: Document, base: readonly [string, string], entry: Node, common: z.ZodObject, schema: z.ZodType): Problem[] {
  const shape = schema instanceof z.ZodObject ? schema.shape : {};
  const isCommon = (key: PropertyKey | undefined) => typeof key === 'string' && Object.hasOwn(common.shape, key);
  // Common keys reach the provider as they are read, not as they are written.
  const read = common.safeParse(entry.value);
  const own = Object.entries(read.data ?? Object.fromEntries(entriesAt(entry).map(([key, { value }]) => [key, value]))).filter(
    ([key]) => !isCommon(key) || Object.hasOwn(shape, key),
  );
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema;
  const result = strict.safeParse(Object.fromEntries(own), { error: () => UNSAID });
  const issues = (result.error?.issues ?? []).filter(({ path }) => read.success || !isCommon(path[0]));
  const together = z.strictObject({ ...shape, ...common.shape });
  return mistakesOf(issues, { schema: together, root: muster.root, base }).map(({ at, message }) => ({ file: muster.file, ...at, message }));
}
