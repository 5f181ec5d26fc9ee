/** A place in a file, counted from one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

/** What a file holds, with the place of everything in it. */
export interface Node {
  readonly at: Position;
  /** As plain JSON; of a mapping that has a key twice, the first. */
  readonly value: unknown;
  /** As it is written, of a number, truth value or text. */
  readonly source?: string;
  readonly entries?: ReadonlyMap<string, { readonly keyAt: Position; readonly node: Node }>;
  readonly items?: readonly Node[];
  /** Nothing could be read here, and a mistake says so already. */
  readonly broken?: true;
  /** How many values it stands for, aliases followed. */
  readonly size: number;
}

export function find(root: Node | undefined, path: Path): Node | undefined {
  let node = root;
  for (const part of path) node = typeof part === 'number' ? node?.items?.[part] : node?.entries?.get(part)?.node;
  return node;
}

/** The place of a key or a value; of what is not there, that of the nearest mapping around it. */
export function placeOf(root: Node, path: Path, on: 'key' | 'value'): Position {
  const last = path.at(-1);
  const around = path.slice(0, -1);
  if (last === undefined) return root.at;
  const parent = find(root, around);
  const entry = typeof last === 'string' ? parent?.entries?.get(last) : undefined;
  const found = entry ? (on === 'key' || entry.node.value === null ? entry.keyAt : entry.node.at) : find(root, path)?.at;
  return found ?? placeOf(root, around, 'key');
}

export function textAt(root: Node | undefined, ...path: Path): string | undefined {
  const value = find(root, path)?.value;
  return typeof value === 'string' ? value : undefined;
}

export const entriesAt = (root: Node | undefined, ...path: Path) => [...(find(root, path)?.entries ?? [])].map(([key, { node }]) => [key, node] as const);

export const keysAt = (root: Node | undefined, ...path: Path): string[] => [...(find(root, path)?.entries?.keys() ?? [])];

/** The texts of a list, without what else it holds. */
export const textsAt = (root: Node | undefined, ...path: Path): string[] =>
  itemsAt(root, ...path).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));

export const itemsAt = (root: Node | undefined, ...path: Path): readonly Node[] => find(root, path)?.items ?? [];
