import { listed, nearest, orElse, quoted } from '../say.ts';
import { keysAt, type Node, textsAt } from '../tree.ts';

const SELF = ['self.listen.<port>', 'self.port.<port>', 'self.data.<name>', 'self.recovery.<name>', 'self.site', 'self.replica'];
const ALL = [...SELF, 'store.url', 'needs.<component>.<port>'];

/** What is wrong with the `${…}` of one environment value, in the order they stand. */
export function mistakesInEnv(text: string, component: Node, components: Node | undefined): string[] {
  const mistakes: string[] = [];
  for (const [whole, inner, end] of text.matchAll(/\$\{([^}]*)(\}?)/g)) {
    const mistake = end === '' ? 'the closing "}" is missing' : mistakeIn(inner ?? '', component, components);
    if (mistake !== undefined) mistakes.push(`${quoted(whole)}: ${mistake}`);
  }
  return mistakes;
}

function mistakeIn(reference: string, component: Node, components: Node | undefined): string | undefined {
  const [head = '', ...rest] = reference.split('.');
  if (head === 'self') return ofSelf(rest, component);
  if (head === 'needs') return ofNeeds(rest, component, components);
  if (reference === 'store.url') return undefined;
  if (head === 'store') return 'of the store there is store.url only';
  return `there is no ${quoted(reference)} here${meant(head, rest)}`;
}

function ofSelf(rest: readonly string[], component: Node): string | undefined {
  const [what = '', name, ...more] = rest;
  if (what === 'site' || what === 'replica') return name === undefined ? undefined : `write \${self.${what}}, nothing more`;
  const from = what === 'listen' || what === 'port' ? 'ports' : what === 'data' || what === 'recovery' ? 'data' : undefined;
  if (from === undefined)
    return `there is no self.${what}${orElse(what, ['listen', 'port', 'data', 'recovery', 'site', 'replica']).replace(/^; there are .*/, `; there are ${listed(SELF)}`)}`;
  const names = keysAt(component, from);
  const called = from === 'ports' ? 'port' : 'data set';
  if (name === undefined || name === '' || more.length > 0)
    return `write \${self.${what}.<${called}>}${names.length > 0 ? `, such as \${self.${what}.${names[0]}}` : ''}`;
  if (names.includes(name)) return undefined;
  return `the component has no ${called} ${quoted(name)}${orElse(name, names, `it has no ${from} at all`)}`;
}

function ofNeeds(rest: readonly string[], component: Node, components: Node | undefined): string | undefined {
  const [name = '', port, ...more] = rest;
  if (name === '' || port === undefined || more.length > 0) return 'write ${needs.<component>.<port>}';
  const needs = textsAt(component, 'needs');
  const other = components?.entries?.get(name)?.node;
  if (!needs.includes(name))
    return other ? `${quoted(name)} is not under needs; add it there` : `there is no component ${quoted(name)}${orElse(name, needs, 'needs names none')}`;
  if (!other || keysAt(other, 'ports').includes(port)) return undefined;
  return `component ${quoted(name)} has no port ${quoted(port)}${orElse(port, keysAt(other, 'ports'), 'it has no ports at all')}`;
}

function meant(head: string, rest: readonly string[]): string {
  const guess = nearest(head, ['self', 'store', 'needs']);
  return guess === undefined ? `; there are ${listed(ALL)}` : `; did you mean \${${[guess, ...rest].join('.')}}?`;
}
