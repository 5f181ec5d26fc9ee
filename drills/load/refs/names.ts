import type { Document, Report } from '../document.ts';
import { quoted } from '../say.ts';
import { itemsAt, type Path, textAt } from '../tree.ts';

/** Names of a list that stand twice in it. */
export function checkNames(document: Document, path: Path, what: string, report: Report): void {
  const seen = new Set<string>();
  for (const [index, item] of itemsAt(document.root, ...path).entries()) {
    const name = textAt(item, 'name');
    if (name === undefined) continue;
    if (seen.has(name)) report(document, [...path, index, 'name'], `another ${what} is called ${quoted(name)} already; give each its own name`);
    seen.add(name);
  }
}
