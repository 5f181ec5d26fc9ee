import type { Document, Report } from '../document.ts';
import { entriesAt, textAt } from '../tree.ts';
import { quoted } from '../say.ts';

/** What muster.yaml says twice. */
export function checkMuster(muster: Document, report: Report): void {
  const seen = new Map<string, string>();
  for (const [name, route] of entriesAt(muster.root, 'routes')) {
    const url = textAt(route, 'url');
    if (url === undefined || !URL.canParse(url)) continue;
    const { href } = new URL(url);
    const other = seen.get(href);
    if (other === undefined) seen.set(href, name);
    else
      report(muster, ['routes', name, 'url'], `route ${quoted(other)} has the same url: a drill of one would move the clients of the other; give each its own`);
  }
  for (const [role, people] of entriesAt(muster.root, 'roles')) {
    for (const [index, person] of (people.items ?? []).entries()) {
      const first = people.items?.findIndex(({ value }) => value === person.value) ?? index;
      if (first < index && typeof person.value === 'string')
        report(muster, ['roles', role, index], `${quoted(person.value)} stands twice in role ${quoted(role)}; keep one`);
    }
  }
}
