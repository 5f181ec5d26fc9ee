import type { z } from 'zod';
import { either, orElse, quoted } from './say.ts';
import type { Node, Path } from './tree.ts';

/** Given to a parse as its error map: where it comes back, the schema said nothing of its own. */
export const UNSAID = '\u0000';

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

export const expectedWords = (expected: string): string => EXPECTED[expected] ?? `a ${expected}`;

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'an infinite number';
  return typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'true or false' : 'a mapping';
}

const isSecret = (path: Path) => path.some((part) => part === 'secrets' || part === 'credentials');

/** The value as a message may show it; what may be a secret is not shown. */
export function shown(node: Node, path: Path): string {
  if (isSecret(path)) return 'this';
  if (typeof node.value === 'string') return quoted(node.value);
  if (typeof node.value === 'number' || typeof node.value === 'boolean') return quoted(node.source ?? String(node.value)).slice(1, -1);
  return kindOf(node.value);
}

/** `"rto"`, `item 2 of "modes"`, `the file`. */
export function labelOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  return typeof last === 'string' ? quoted(last) : `item ${last + 1} of ${labelOf(path.slice(0, -1))}`;
}

/** What is wrong and what would be right, of an issue that concerns one value. */
export function sayIssue(issue: z.core.$ZodIssue, node: Node, path: Path): string {
  const it = shown(node, path);
  if (issue.message !== UNSAID) return /^(a|an|the|one) /.test(issue.message) ? `${it} is not ${issue.message}` : `${it}: ${issue.message}`;
  switch (issue.code) {
    case 'invalid_type':
      return mustBe([expectedWords(issue.expected)], node, path);
    case 'invalid_value':
      return notOneOf(issue.values.map(String), node, path);
    case 'too_small':
      return tooFar('at least', 'more than', issue.origin, Number(issue.minimum), issue.inclusive !== false, it, path);
    case 'too_big':
      return tooFar('at most', 'less than', issue.origin, Number(issue.maximum), issue.inclusive !== false, it, path);
    case 'invalid_format':
      return `${it} is not ${issue.format === 'regex' ? `of the form ${issue.pattern ?? 'that is wanted'}` : `a valid ${issue.format}`}`;
    default:
      return `${it} is not valid here`;
  }
}

/** One of several forms was wanted, such as a text or a list. */
export function mustBe(forms: readonly string[], node: Node, path: Path): string {
  if (forms[0] === 'a whole number' && typeof node.value === 'number') return `${shown(node, path)} is not a whole number`;
  return `${labelOf(path)} must be ${either([...new Set(forms)])}, not ${kindOf(node.value)}${howTo(forms, node, path)}`;
}

function howTo(forms: readonly string[], node: Node, path: Path): string {
  const { source, value } = node;
  if (forms.length !== 1 || source === undefined || isSecret(path)) return '';
  if (forms[0] === 'a text') return `; write ${quoted(source)} in quotes`;
  if (forms[0] === 'a list' && /^(none|no|false|off|null)$/i.test(source)) return '; write [] for none';
  if (forms[0] === 'a list') return `; write [${quoted(path.at(-1) === 'boot' ? source.replaceAll(/\s+/g, ', ') : source).slice(1, -1)}]`;
  return forms[0]?.endsWith('number') && typeof value === 'string' && /^\d{1,12}$/.test(value) ? `; write ${value} without quotes` : '';
}

function notOneOf(values: readonly string[], node: Node, path: Path): string {
  if (values.length === 1) return `${labelOf(path)} must be ${values[0]}, not ${shown(node, path)}`;
  if (typeof node.value !== 'string') return `${labelOf(path)} must be one of ${values.join(', ')}, not ${kindOf(node.value)}`;
  return `${shown(node, path)} is not one of ${values.join(', ')}${orElse(node.value, values).replace(/^; there (is|are) .*/, '')}`;
}

function tooFar(inclusive: string, exclusive: string, origin: string, bound: number, included: boolean, it: string, path: Path): string {
  const limit = `${included ? inclusive : exclusive} ${bound}`;
  if (origin === 'string') return bound === 1 ? `${labelOf(path)} is empty` : `${labelOf(path)} must have ${limit} characters`;
  if (origin === 'array')
    return bound === 1 && inclusive === 'at least' ? `${labelOf(path)} is empty; it needs at least one item` : `${labelOf(path)} must have ${limit} items`;
  return `${it} is not a number of ${limit}`;
}
