import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Mistake } from './problem.ts';
import { quoted } from './say.ts';
import type { Node, Position } from './tree.ts';

const DEEPEST = 40;
const MOST_VALUES = 50_000;
const MOST_ALIASES = 100;

/** Turns one YAML document into values with places. Aliases share what they stand for; bombs and loops of them are mistakes. */
export class Walk {
  readonly mistakes: Mistake[] = [];
  readonly #placeOf: (offset: number) => Position;
  readonly #anchors = new Map<string, Node | 'open'>();
  #aliases = 0;
  #size = 0;
  #full = false;

  constructor(placeOf: (offset: number) => Position) {
    this.#placeOf = placeOf;
  }

  /** Undefined when the document cannot be used at all. */
  read(node: ParsedNode): Node | undefined {
    const read = this.#read(node, 1);
    return this.#full ? undefined : read;
  }

  #read(node: unknown, depth: number): Node {
    const at = this.#placeOf(startOf(node) ?? 0);
    const nothing: Node = { at, value: null, size: 1 };
    this.#count(1, at);
    if (this.#full) return nothing;
    if (depth > DEEPEST) return this.#refuse(at, `this is nested too deeply; at most ${DEEPEST} levels`);
    if (isAlias(node)) return this.#alias(node, at);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor) this.#anchors.set(anchor, 'open');
    const read = isMap(node)
      ? this.#map(node, at, depth)
      : isSeq(node)
        ? this.#list(node, at, depth)
        : isScalar(node)
          ? this.#scalar(node.value, node.source, at)
          : nothing;
    if (anchor) this.#anchors.set(anchor, read);
    return read;
  }

  #scalar(value: unknown, source: string | undefined, at: Position): Node {
    if (typeof value === 'string' && value.includes('\0')) return this.#refuse(at, 'a text cannot hold the character \\0');
    return { at, value, size: 1, ...(source === undefined ? {} : { source }) };
  }

  #list(node: YAMLSeq, at: Position, depth: number): Node {
    const items = node.items.map((item) => this.#read(item, depth + 1));
    return { at, value: items.map(({ value }) => value), items, size: sizeOf(items) };
  }

  #map(node: YAMLMap, at: Position, depth: number): Node {
    const entries = new Map<string, { readonly keyAt: Position; readonly node: Node }>();
    for (const pair of node.items) {
      const keyAt = this.#placeOf(startOf(pair.key) ?? startOf(pair.value) ?? 0);
      const key = this.#key(pair.key, keyAt);
      const read = this.#read(pair.value, depth + 1);
      if (key === undefined) continue;
      const first = entries.get(key);
      if (first) this.mistakes.push({ at: keyAt, message: `${quoted(key)} stands twice here, first in line ${first.keyAt.line}; keep one` });
      else entries.set(key, { keyAt, node: startOf(pair.value) === undefined ? { ...read, at: keyAt } : read });
    }
    const value = Object.fromEntries([...entries].map(([key, { node }]) => [key, node.value]));
    return { at, value, entries, size: sizeOf([...entries.values()].map(({ node }) => node)) };
  }

  #key(key: unknown, at: Position): string | undefined {
    const text = isScalar(key) ? (key.source ?? String(key.value ?? '')) : undefined;
    if (text === undefined || text === '') this.mistakes.push({ at, message: 'a key must be a plain text, such as "name:"' });
    else if (text === '<<') this.mistakes.push({ at, message: 'merge keys (<<) are not read in YAML 1.2; write the keys out' });
    else if (text === '__proto__' || text.includes('\0')) this.mistakes.push({ at, message: `${quoted(text)} cannot be a key` });
    else return text;
    return undefined;
  }

  #alias(alias: Alias, at: Position): Node {
    const meant = this.#anchors.get(alias.source);
    if (++this.#aliases === MOST_ALIASES + 1) this.mistakes.push({ at, message: `there are more than ${MOST_ALIASES} aliases (*name); write values out` });
    if (this.#aliases > MOST_ALIASES) return { at, value: null, broken: true, size: 1 };
    if (meant === undefined) return this.#refuse(at, `${quoted(`*${alias.source}`)} stands for nothing: there is no &${alias.source} before it`);
    if (meant === 'open') return this.#refuse(at, `${quoted(`*${alias.source}`)} stands inside what it stands for`);
    this.#count(meant.size, at);
    return meant;
  }

  #refuse(at: Position, message: string): Node {
    this.mistakes.push({ at, message });
    return { at, value: null, broken: true, size: 1 };
  }

  #count(size: number, at: Position): void {
    this.#size += size;
    if (this.#size <= MOST_VALUES || this.#full) return;
    this.#full = true;
    this.mistakes.push({ at, message: `there are more than ${MOST_VALUES} values up to here, aliases followed; split the file` });
  }
}

const sizeOf = (nodes: readonly Node[]) => nodes.reduce((sum, { size }) => sum + size, 1);

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}
