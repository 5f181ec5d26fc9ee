import type { z } from 'zod';
import type { Mistake } from './problem.ts';
import { either, nearest, orElse, quoted } from './say.ts';
import { keysOf, meaningAt, schemasAt } from './shape.ts';
import { find, type Node, type Path, placeOf } from './tree.ts';
import { expectedWords, labelOf, mustBe, sayIssue, UNSAID } from './wording.ts';

type Issue = z.core.$ZodIssue;

export interface Checked {
  readonly schema: z.core.$ZodType;
  readonly root: Node;
  /** Where in the file the checked value stands. */
  readonly base: Path;
  /** Words of the format itself for a key that the schema does not know; undefined = the usual ones. */
  readonly ofUnknownKey?: (path: Path, key: string, known: readonly string[]) => string | undefined;
  /** Words of the format itself for a value that the schema refuses. */
  readonly ofValue?: (path: Path, value: unknown) => string | undefined;
}

/** What a schema refused, in plain words at its place in the file. */
export function mistakesOf(issues: readonly Issue[], checked: Checked): Mistake[] {
  const sayings = issues.flatMap((issue) => sayingsOf(issue, [], checked));
  const meant = new Set(sayings.flatMap(({ meant }) => (meant === undefined ? [] : [JSON.stringify(meant)])));
  // A misspelt key is one mistake, not also a missing one.
  return sayings
    .filter(({ missing, path }) => !missing || !meant.has(JSON.stringify(path)))
    .map(({ path, on, message }) => ({ at: placeOf(checked.root, [...checked.base, ...path], on), message }));
}

interface Saying {
  readonly path: Path;
  readonly on: 'key' | 'value';
  readonly message: string;
  readonly missing?: true;
  /** The path of the key that an unknown one stands for. */
  readonly meant?: Path;
}

function sayingsOf(issue: Issue, around: Path, checked: Checked): Saying[] {
  const path: Path = [...around, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, keysOf(checked.schema, path), checked));
  const full = [...checked.base, ...path];
  const node = find(checked.root, full);
  if (!node) return [{ path, on: 'key', missing: true, message: `${labelOf(full)} is missing${meaning(path, checked)}` }];
  if (node.broken) return [];
  const own = checked.ofValue?.(path, node.value);
  if (own !== undefined) return [{ path, on: 'value', message: own }];
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ path, on: 'key', message: sayIssue(inner, { at: node.at, value: path.at(-1), size: 1 }, []) }));
  if (node.value === null) return [{ path, on: 'key', message: `nothing stands after ${labelOf(full)}${meaning(path, checked)}` }];
  if (issue.code === 'invalid_union' && issue.message === UNSAID) return union(issue.errors, path, node, checked);
  return [{ path, on: 'value', message: sayIssue(issue, node, full) }];
}

function meaning(path: Path, { schema }: Checked): string {
  const text = meaningAt(schema, path);
  if (text === undefined) return '';
  const words = text.replaceAll('`', '').replace(/\.$/, '');
  return `: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function unknownKey(key: string, path: Path, known: readonly string[], checked: Checked): Saying {
  const at: Path = [...path, key];
  const own = checked.ofUnknownKey?.(at, key, known);
  if (own !== undefined) return { path: at, on: 'key', message: own };
  const there = new Set(find(checked.root, [...checked.base, ...path])?.entries?.keys());
  const free = known.filter((each) => !there.has(each));
  const guess = nearest(key, free);
  const around = path.length === 0 ? '' : ` in ${labelOf([...checked.base, ...path])}`;
  return {
    path: at,
    on: 'key',
    message: `unknown key ${quoted(key)}${around}${orElse(key, free, 'nothing more can stand here')}`,
    ...(guess === undefined ? {} : { meant: [...path, guess] }),
  };
}

/** Of the forms that a value may have, the one that was meant tells what is wrong. */
function union(branches: readonly (readonly Issue[])[], path: Path, node: Node, checked: Checked): Saying[] {
  const fitting = branches.filter((issues) => formsOf(issues).length === 0);
  if (fitting.length === 0) return [{ path, on: 'value', message: mustBe(branches.flatMap(formsOf), node, [...checked.base, ...path]) }];
  const only = fitting.length === 1 ? fitting[0] : undefined;
  if (only) return only.flatMap((issue) => sayingsOf(issue, path, checked));
  return node.entries ? mapping(fitting, path, node, checked) : (fitting[0] ?? []).flatMap((issue) => sayingsOf(issue, path, checked));
}

/** Several forms of a mapping, told apart by their keys: `http`, `tcp` or `run`. */
function mapping(branches: readonly (readonly Issue[])[], path: Path, node: Node, checked: Checked): Saying[] {
  const shapes = schemasAt(checked.schema, path).flatMap((schema) => {
    const keys = keysOf(schema, []);
    return keys.length > 0 ? [keys] : [];
  });
  const common = new Set(shapes.reduce((all, keys) => all.filter((key) => keys.includes(key)), shapes[0] ?? []));
  const telling = [...new Set(shapes.flat())].filter((key) => !common.has(key));
  const present = telling.filter((key) => node.entries?.has(key));
  if (present.length > 1)
    return [{ path: [...path, present[1] ?? ''], on: 'key', message: `${either(present.map(quoted)).replace(' or ', ' and ')} exclude each other; keep one` }];
  const chosen = branches.toSorted((one, other) => one.length - other.length).find((issues) => !issues.some((issue) => touches(issue, present)));
  if (present.length === 1 && chosen) return chosen.flatMap((issue) => sayingsOf(issue, path, checked));
  const known = new Set(shapes.flat());
  const unknown = [...(node.entries?.keys() ?? [])].filter((key) => !known.has(key)).map((key) => unknownKey(key, path, [...known], checked));
  const shared = (branches[0] ?? []).filter((issue) => common.has(String(issue.path[0]))).flatMap((issue) => sayingsOf(issue, path, checked));
  const needed =
    present.length > 0 || unknown.some(({ meant }) => meant && telling.includes(String(meant.at(-1))))
      ? []
      : [`${labelOf([...checked.base, ...path])} needs one of ${telling.join(', ')}`];
  return [...unknown, ...shared, ...needed.map((message): Saying => ({ path, on: 'value', message }))];
}

/** Does not know the key that tells the form. */
const touches = (issue: Issue, present: readonly string[]) =>
  issue.code === 'unrecognized_keys' && issue.path.length === 0 && issue.keys.some((key) => present.includes(key));

/** The forms that were wanted where the value is of none of them; empty when it has the right one. */
function formsOf(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === 'invalid_type') return [expectedWords(issue.expected)];
    if (issue.code === 'invalid_value') return issue.values.map(String);
    return issue.code === 'invalid_union' && issue.errors.every((branch) => formsOf(branch).length > 0) ? issue.errors.flatMap(formsOf) : [];
  });
}
