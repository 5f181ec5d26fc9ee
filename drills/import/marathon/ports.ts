import type { Fields } from '../fields.ts';
import { Names } from './names.ts';

/** Where numbers begin for ports that Marathon chose. */
const FIRST = 8080;

export interface Ports {
  /** In Marathon's order: it counts them. */
  readonly all: readonly { readonly name: string; readonly number: number }[];
  readonly env: Readonly<Record<string, string>>;
}

/** A program under Marathon asks `$PORT0` for its port; here it gets the one that the workload says. */
export function portsOf(app: Fields, to: string): Ports {
  const container = app.within('container');
  const mappings = [...(container?.list('portMappings') ?? []), ...(container?.within('docker')?.list('portMappings') ?? [])];
  const definitions = mappings.length > 0 ? [] : app.list('portDefinitions');
  const listed = mappings.length > 0 || definitions.length > 0 ? [] : numbersOf(app);
  const said = [...mappings.map((each) => ({ each, key: 'containerPort' })), ...definitions.map((each) => ({ each, key: 'port' }))];
  if (mappings.length > 0) for (const key of ['portDefinitions', 'ports']) app.because(key, 'the ports of its container are what it listens at');
  const names = new Names();
  const taken = new Set<number>();
  const free = (wanted: number): number => {
    let number = wanted > 0 && wanted <= 65_535 && Number.isInteger(wanted) ? wanted : FIRST;
    while (taken.has(number)) number++;
    taken.add(number);
    return number;
  };
  const all = said.map(({ each, key }, index) => {
    const wanted = each.number(key) ?? 0;
    const name = names.next(each.text('name') ?? `port${index}`, `port${index}`);
    const number = free(wanted);
    const place = `${to}.ports.${name}`;
    if (each.text('name') !== undefined) each.carry('name', place);
    if (each.number(key) !== undefined) each.carry(key, place);
    if (wanted !== number) app.ledger.todo.push(`${place}: Marathon chose this port at each start; ${number} is made up`);
    const protocol = each.text('protocol');
    if (protocol === 'tcp') each.carry('protocol', place);
    return { name, number };
  });
  for (const [index, wanted] of listed.entries()) {
    const name = names.next(`port${index}`, 'port');
    const number = free(wanted);
    app.ledger.carried.push({ from: `${app.path === '' ? '' : `${app.path}.`}ports[${index}]`, to: `${to}.ports.${name}` });
    all.push({ name, number });
  }
  if (all.length === 0 && hasDefault(app)) {
    all.push({ name: 'default', number: free(0) });
    app.ledger.todo.push(`${to}.ports.default: an app that says nothing of ports gets one from Marathon; take it out if the program listens at none`);
  }
  const first = all[0];
  if (!first || mappings.some((each) => each.number('containerPort'))) return { all, env: {} };
  const env = Object.fromEntries(all.map(({ name }, index) => [`PORT${index}`, `\${self.port.${name}}`] as const));
  return { all, env: { PORT: `\${self.port.${first.name}}`, ...env } };
}

/** The old form: numbers only. */
function numbersOf(app: Fields): number[] {
  const { ports } = app.json;
  return Array.isArray(ports) && ports.every((each) => typeof each === 'number') ? ports : [];
}

function hasDefault(app: Fields): boolean {
  const { ports, portDefinitions, networks, ipAddress, container } = app.json;
  return [ports, portDefinitions, networks, ipAddress, container].every((each) => each === undefined || each === null);
}
