import { stringify } from 'yaml';
import { Ledger } from '../fields.ts';
import { isWithin } from '../paths.ts';
import { absolute, appsIn, type Found, type FoundApp } from './apps.ts';
import { componentOf } from './component.ts';
import { gather, type NotCarried, type Rest } from './gather.ts';
import { Names, nameFrom } from './names.ts';
import { reasonFor } from './reasons.ts';

export interface Imported extends Rest {
  /** A workload file. Its comments say what is to do and what was not carried. */
  readonly text: string;
  /** From where in the definition to where in the file. */
  readonly carried: readonly { readonly from: string; readonly to: string }[];
  readonly todo: readonly string[];
}

/** Undefined for what holds no apps of Marathon. Every value of the definition is carried, not carried, or empty. */
export function importMarathon(definition: unknown): Imported | undefined {
  const ledger = new Ledger();
  const found = appsIn(definition, ledger);
  if (!found) return undefined;
  const workload = workloadOf(found, ledger);
  const { carried, reasons, todo } = ledger;
  const places = new Set(carried.map(({ from }) => from));
  const { notCarried, empty } = gather(
    definition,
    (path) => places.has(path),
    (path) => [...reasons].find(([outer]) => isWithin(path, outer))?.[1] ?? reasonFor(path),
  );
  const text = `${commented(found, todo, notCarried, empty)}${stringify(workload, { lineWidth: 0 })}`;
  return { text, carried, notCarried, empty, todo };
}

function workloadOf({ apps, root }: Found, ledger: Ledger): Readonly<Record<string, unknown>> {
  const names = new Names();
  const images = new Map<string, string>();
  const only = apps.length === 1 ? apps[0] : undefined;
  const workload = nameFrom(only ? only.id : root, 'marathon');
  const named = apps.map((each) => {
    const inside = root !== '/' && each.id.startsWith(`${root}/`) ? each.id.slice(root.length) : each.id;
    const name = names.next(only ? each.id.replace(/^.*\//, '') : inside, 'app');
    each.app.carry('id', `components.${name}`);
    return { ...each, name };
  });
  const components = Object.fromEntries(named.map((each) => [each.name, componentOf(each.app, each.name, needsOf(each, named), images)] as const));
  ledger.todo.push(`route: ${workload}: name a route of muster.yaml`);
  const entrance = entranceOf(components, ledger);
  return {
    workload,
    route: workload,
    components: Object.fromEntries(
      Object.entries(components).map(([name, each]) => [name, name === entrance.name ? { ...each, ...entrance.more } : each] as const),
    ),
  };
}

/** An app of what was imported, or all of a group of them. */
function needsOf({ app, id, name }: FoundApp & { readonly name: string }, all: readonly (FoundApp & { readonly name: string })[]): string[] {
  const needs = new Set<string>();
  for (const [index, dependency] of (app.texts('dependencies') ?? []).entries()) {
    const path = absolute(dependency, id.replace(/\/[^/]*$/, ''));
    const meant = all.filter((each) => each.name !== name && (each.id === path || each.id.startsWith(`${path}/`)));
    for (const each of meant) needs.add(each.name);
    if (meant.length > 0) app.ledger.carried.push({ from: `${app.path === '' ? '' : `${app.path}.`}dependencies[${index}]`, to: `components.${name}.needs` });
  }
  return [...needs];
}

interface Entrance {
  readonly name: string;
  readonly more: Readonly<Record<string, unknown>>;
}

/** A guess: the first that has a port and that no other needs. */
function entranceOf(components: Readonly<Record<string, Readonly<Record<string, unknown>>>>, ledger: Ledger): Entrance {
  const needed = new Set(Object.values(components).flatMap(({ needs }) => (Array.isArray(needs) ? needs : [])));
  const open = Object.entries(components).filter(([, { ports }]) => ports !== undefined);
  const [name, component] = open.find(([each]) => !needed.has(each)) ?? open[0] ?? [];
  const [port] = Object.keys(component?.ports ?? {});
  if (name !== undefined && port !== undefined) {
    ledger.todo.push(`components.${name}.public: a guess; clients come in by one component`);
    return { name, more: { public: port } };
  }
  const [first = ''] = Object.keys(components);
  ledger.todo.push(`components.${first}.ports: no app has a port; http: 8080 is made up, clients come in by one`);
  return { name: first, more: { ports: { http: 8080 }, public: 'http' } };
}

function commented({ apps }: Found, todo: readonly string[], notCarried: readonly NotCarried[], empty: readonly string[]): string {
  const line = (text: string): string => `# ${text.replaceAll(/[\n\r\u0085\u2028\u2029]/g, ' ')}\n`;
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : ['', title, ...lines].map((each) => (each === '' ? '#\n' : line(each))).join('');
  return [
    line(`Made from ${apps.length === 1 ? `the app ${apps[0]?.id}` : `${apps.length} apps`} of Marathon by \`muster import marathon\`.`),
    section(
      'To do:',
      todo.map((each) => `- ${each}`),
    ),
    section(
      'Not carried:',
      notCarried.map(({ path, value, why }) => `- ${path}: ${JSON.stringify(value)} (${why})`),
    ),
    section('Named, and left open:', empty.length === 0 ? [] : [`- ${empty.join(', ')}`]),
    '\n',
  ].join('');
}
