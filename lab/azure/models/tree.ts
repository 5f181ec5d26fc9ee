import type { Mapper, Models } from './description.ts';

/** What stands at one place of a JSON document: a value of its own description, or an object with such names. */
export interface Place {
  readonly mapper?: Mapper;
  readonly inner: Map<string, Place>;
}

/** What a model looks like on the wire. */
export interface Tree {
  readonly name: string;
  readonly inner: Map<string, Place>;
  /** Any other name is welcome too. */
  readonly open: boolean;
}

const known = new WeakMap<Models, Map<string, Tree>>();

/** Microsoft flattens `properties` in its models: `properties.hardwareProfile` is one name there, two on the wire. */
export function treeOf(className: string, models: Models): Tree {
  const trees = known.get(models) ?? new Map<string, Tree>();
  known.set(models, trees);
  const found = trees.get(className);
  if (found) return found;
  const type = models[className]?.type;
  if (type?.name !== 'Composite') throw new Error(`Microsoft describes no model ${className}`);
  const tree: Tree = { name: className, inner: new Map(), open: 'additionalProperties' in type && type.additionalProperties !== undefined };
  trees.set(className, tree);
  for (const mapper of Object.values('modelProperties' in type ? (type.modelProperties ?? {}) : {})) {
    const path = (mapper.serializedName ?? '').split(/(?<!\\)\./).map((name) => name.replaceAll('\\.', '.'));
    let { inner } = tree;
    for (const name of path.slice(0, -1)) {
      const place = inner.get(name) ?? { inner: new Map<string, Place>() };
      inner.set(name, place);
      ({ inner } = place);
    }
    inner.set(path.at(-1) ?? '', { mapper, inner: new Map() });
  }
  return tree;
}
