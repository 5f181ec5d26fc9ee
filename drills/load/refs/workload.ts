import type { Document, Report, World } from '../document.ts';
import { orElse, quoted } from '../say.ts';
import { entriesAt, find, itemsAt, keysAt, type Node, type Path, textAt, textsAt } from '../tree.ts';
import { checkNames } from './names.ts';
import { cycleAmong } from './cycle.ts';
import { mistakesInEnv } from './env.ts';

/** Everything in a workload that names something else. */
export function checkWorkload(workload: Document, { muster }: World, report: Report): void {
  const { root } = workload;
  checkRoutes(workload, muster, report);
  const stores = keysAt(muster?.root, 'stores');
  const store = textAt(root, 'recoveryPoints');
  if (muster && store !== undefined && !stores.includes(store))
    report(workload, ['recoveryPoints'], `muster.yaml has no store ${quoted(store)}${orElse(store, stores)}`);
  checkNames(workload, ['probes'], 'probe', report);
  const components = find(root, ['components']);
  for (const [name, component] of entriesAt(components)) checkComponent(workload, name, component, components, muster, report);
  checkPublic(workload, components, report);
  const needs = new Map(entriesAt(components).map(([name, component]) => [name, textsAt(component, 'needs')]));
  const circle = cycleAmong(needs);
  const [first = '', second = first] = circle ?? [];
  const place = itemsAt(components, first, 'needs').findIndex(({ value }) => value === second);
  if (circle) report(workload, ['components', first, 'needs', place], `components need each other in a circle: ${round(circle).join(' → ')}; none could start`);
}

const round = (circle: readonly string[]) =>
  circle.length > 8 ? [...circle.slice(0, 7), `${circle.length - 7} more`, circle[0] ?? ''] : [...circle, circle[0] ?? ''];

function checkRoutes(workload: Document, muster: Document | undefined, report: Report): void {
  const { root } = workload;
  const routes = keysAt(muster?.root, 'routes');
  for (const key of ['route', 'drillRoute']) {
    const route = textAt(root, key);
    if (muster && route !== undefined && !routes.includes(route)) report(workload, [key], `muster.yaml has no route ${quoted(route)}${orElse(route, routes)}`);
  }
  const route = textAt(root, 'route');
  if (route !== undefined && route === textAt(root, 'drillRoute'))
    report(workload, ['drillRoute'], 'the drill route is the route itself: an isolated drill would move the clients; name a stand-in');
}

function checkComponent(workload: Document, name: string, component: Node, components: Node | undefined, muster: Document | undefined, report: Report): void {
  const at: Path = ['components', name];
  for (const [index, need] of itemsAt(component, 'needs').entries()) {
    if (typeof need.value === 'string' && !components?.entries?.has(need.value)) {
      const others = [...(components?.entries?.keys() ?? [])].filter((each) => each !== name);
      report(workload, [...at, 'needs', index], `there is no component ${quoted(need.value)}${orElse(need.value, others)}`);
    }
  }
  const ports = keysAt(component, 'ports');
  for (const path of [['public'], ['health', 'port']]) {
    const port = textAt(component, ...path);
    if (port !== undefined && !ports.includes(port))
      report(workload, [...at, ...path], `component ${quoted(name)} has no port ${quoted(port)}${orElse(port, ports, 'it has no ports at all')}`);
  }
  const numbers = entriesAt(component, 'ports').flatMap(([port, { value }]) => (typeof value === 'number' ? [{ port, value }] : []));
  for (const [index, { port, value }] of numbers.entries()) {
    const first = numbers.findIndex((each) => each.value === value);
    if (first < index)
      report(workload, [...at, 'ports', port], `port ${quoted(numbers[first]?.port ?? '')} has the number ${value} already; give each its own`);
  }
  for (const [variable, { value }] of entriesAt(component, 'env')) {
    if (typeof value === 'string') for (const mistake of mistakesInEnv(value, component, components)) report(workload, [...at, 'env', variable], mistake);
    if (find(component, ['secrets', variable])) report(workload, [...at, 'env', variable], `${quoted(variable)} stands under secrets too; keep one`, 'key');
  }
  checkStores(workload, at, component, muster, report);
  const replicas = find(component, ['replicas'])?.value;
  for (const [data, set] of entriesAt(component, 'data')) {
    if (typeof replicas === 'number' && replicas > 1 && (textAt(set, 'writer') ?? 'single') === 'single') {
      const [path, on]: [Path, 'key' | 'value'] = find(set, ['writer']) ? [[...at, 'data', data, 'writer'], 'value'] : [[...at, 'data', data], 'key'];
      report(workload, path, `data set ${quoted(data)} has a single writer but the component has ${replicas} replicas; write replicas: 1 or writer: many`, on);
    }
  }
}

function checkStores(workload: Document, at: Path, component: Node, muster: Document | undefined, report: Report): void {
  if (!muster) return;
  const stores = keysAt(muster.root, 'stores');
  const url = textAt(component, 'files', 'url');
  const store = url?.includes(':') ? url.slice(0, url.indexOf(':')) : undefined;
  if (store !== undefined && !stores.includes(store))
    report(workload, [...at, 'files', 'url'], `muster.yaml has no store ${quoted(store)}${orElse(store, stores)}`);
  if (stores.length === 0 && keysAt(component, 'data').length > 0)
    report(workload, [...at, 'data'], 'data needs a store for recovery points and leases; add one under stores in muster.yaml', 'key');
}

function checkPublic(workload: Document, components: Node | undefined, report: Report): void {
  const [first, ...more] = entriesAt(components).filter(([, component]) => component.entries?.has('public'));
  for (const [name] of more)
    report(workload, ['components', name, 'public'], `component ${quoted(first?.[0] ?? '')} is public already; the route leads to one`, 'key');
  if (!first && components?.entries)
    report(workload, ['components'], 'no component is public, so the route leads nowhere; add public: <port> to the one that clients reach', 'key');
}
