import { LineCounter, parseAllDocuments } from 'yaml';
import type { Mistake } from './problem.ts';
import { quoted } from './say.ts';
import { saySyntax } from './syntax.ts';
import type { Node, Position } from './tree.ts';
import { Walk } from './walk.ts';

const MOST_SYNTAX_ERRORS = 10;

export interface Parsed {
  /** One a YAML document that is not empty and could be read. */
  readonly documents: readonly Node[];
  readonly mistakes: readonly Mistake[];
}

/** YAML 1.2 to values with places. Whatever the text is, it returns: what cannot be read is a mistake with a place. */
export function parse(text: string): Parsed {
  const bare = text.replace(/^\uFEFF/, '');
  const odd = unreadable(bare);
  if (odd) return { documents: [], mistakes: [odd] };
  const lines = new LineCounter();
  const placeOf = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), bare.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // Keys that stand twice are found by the walk: the library compares each with each.
  const parsed = parseAllDocuments(bare, { lineCounter: lines, version: '1.2', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents: Node[] = [];
  const mistakes: Mistake[] = [];
  for (const document of parsed) {
    const first = new Map<number, Mistake>();
    for (const error of [...document.errors, ...document.warnings]) {
      const at = placeOf(error.pos[0]);
      if (!first.has(at.line)) first.set(at.line, { at, message: saySyntax(error.code, error.message) });
      if (first.size === MOST_SYNTAX_ERRORS) break;
    }
    if (document.directives.yaml.version !== '1.2')
      first.set(0, { at: { line: 1, column: 1 }, message: `%YAML ${document.directives.yaml.version} is not read here; leave the line out` });
    mistakes.push(...first.values());
    if (first.size > 0 || document.contents === null) continue;
    const walk = new Walk(placeOf);
    const node = walk.read(document.contents);
    mistakes.push(...walk.mistakes);
    if (node && node.value !== null) documents.push(node);
  }
  if (documents.length === 0 && mistakes.length === 0) mistakes.push({ at: { line: 1, column: 1 }, message: 'the file is empty' });
  return { documents, mistakes };
}

/** Control characters that YAML does not allow: a binary file, or a slip of the keyboard. */
function unreadable(text: string): Mistake | undefined {
  // eslint-disable-next-line no-control-regex
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (!found) return undefined;
  const before = text.slice(0, found.index).split('\n');
  const at = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return { at, message: `the character ${quoted(found[0])} cannot stand in YAML; write a text file in UTF-8` };
}
