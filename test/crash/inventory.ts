import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Stand } from '../../lab/stand.ts';
import { REGISTRY as PORT_REGISTRY } from '../../providers/local/ports.ts';
import { listeners, type Process, processesOf, programOf } from './processes.ts';
import { keysOf } from './storeListing.ts';

const HALF_MADE_MS = 90_000;

/** What is there, by the machine's and the store's own lists, as lines that are the same whenever the same things are there. */
export interface Inventory {
  readonly processes: readonly string[];
  readonly ports: readonly string[];
  readonly directories: readonly string[];
  readonly keys: readonly string[];
  readonly routes: readonly string[];
  /** Data that a restore has replaced: kept beside it, one for each restore. */
  readonly kept: readonly string[];
}

export async function takeInventory({ folder, stateFolder, lab }: Stand): Promise<Inventory> {
  const found = processesOf(folder);
  const named = (process: Process) => nameOf(process, folder);
  const directories = directoriesOf(join(stateFolder, 'sites'));
  const isKept = (path: string) => /\.kept-[^/]*$/.test(path);
  return {
    processes: found.map(named).toSorted(),
    ports: [...portsOf(found, named), ...reservedBy(folder)].toSorted(),
    directories: directories.filter((path) => !isKept(path)).toSorted(),
    kept: directories.filter(isKept).toSorted(),
    // Recovery points come and go with the orders; leases stay, one for each data set.
    keys: (await keysOf(lab.storeUrl)).filter((key) => !key.startsWith('recovery/')).toSorted(),
    routes: await Promise.all(['orders', 'orders-drill'].map((route) => routeOf(lab.adminUrl, route))),
  };
}

/** What is there in one and not in the other, copies counted. Each drill may leave the data that its way home replaced. */
export function differences(before: Inventory, after: Inventory, restores: number): string[] {
  const more = without(after.kept, before.kept);
  return [
    ...(['processes', 'ports', 'directories', 'keys', 'routes'] as const).flatMap((kind) => [
      ...without(after[kind], before[kind]).map((each) => `${kind}: there is now ${each}`),
      ...without(before[kind], after[kind]).map((each) => `${kind}: missing ${each}`),
    ]),
    ...(more.length > restores ? [`data was restored ${more.length} times: ${more.join(', ')}`] : []),
  ];
}

/** Exactly one `db` and one `api`, both standing at this site, each listening; and the route leads there. */
export async function servingProblems({ folder, lab }: Stand, site: string): Promise<string[]> {
  const all = processesOf(folder);
  const open = listeners();
  const problems = (['db', 'api'] as const).flatMap((program) => {
    const running = all.filter((each) => programOf(each) === program);
    const right = running.filter(({ pid, env }) => env['MUSTER_SITE'] === site && env['MUSTER_RUN'] === 'standing' && open.some((each) => each.pid === pid));
    return running.length === 1 && right.length === 1 ? [] : [`${running.length} ${program} run, ${right.length} of them serve at ${site}`];
  });
  const answer = await fetch(`${lab.routeUrl}/health`).catch(() => undefined);
  const who = answer?.headers.get('x-site');
  return answer?.status === 200 && who === site ? problems : [...problems, `the route is answered by ${who ?? 'nobody'} (${answer?.status ?? 'no answer'})`];
}

function without(some: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return some.filter((each) => {
    const at = rest.indexOf(each);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function nameOf({ command, env }: Process, folder: string): string {
  const { MUSTER_SITE, MUSTER_RUN, MUSTER_ROLE, MUSTER_GENERATION } = env;
  const mark = MUSTER_ROLE ? ` of ${MUSTER_RUN}/${MUSTER_ROLE}/${MUSTER_GENERATION} at ${MUSTER_SITE}` : '';
  return `${command.replaceAll(folder, '~').replace(/^\S+\//, '')}${mark}`;
}

function portsOf(found: readonly Process[], named: (process: Process) => string): string[] {
  const open = listeners();
  return found.flatMap((process) => {
    const ports = open.filter(({ pid }) => pid === process.pid).map(({ port }) => port);
    // The Temporal server takes other inner ports at each start.
    if (process.command.includes('start-dev')) return [`${ports.length} ports of the Temporal server`];
    return ports.map((port) => `${port} of ${named(process)}`);
  });
}

/** Ports that are kept for a thing although nothing listens there. Without its thing a reservation is void: anybody may take it over. */
function reservedBy(folder: string): string[] {
  if (!existsSync(PORT_REGISTRY)) return [];
  return readdirSync(PORT_REGISTRY).flatMap((name) => {
    try {
      const holder = readFileSync(join(PORT_REGISTRY, name), 'utf8');
      return holder.startsWith(folder) && existsSync(holder) ? [`${name} kept for ${holder.slice(folder.length + 1)}`] : [];
    } catch {
      return [];
    }
  });
}

/** Below the sites' own directories; logs are kept on purpose. */
function directoriesOf(sites: string): string[] {
  if (!existsSync(sites)) return [];
  return readdirSync(sites)
    .flatMap((site) => readdirSync(join(sites, site)).map((name) => join(sites, site, name)))
    .filter((path) => !path.endsWith('/logs'))
    .flatMap((path) => (path.endsWith('/.transit') ? givenUp(path) : below(path)))
    .map((path) => path.slice(sites.length + 1));
}

/** Things in the making. One that a crash has left is removed by the next look at the site a minute later: only then does it count. */
function givenUp(transit: string): string[] {
  return readdirSync(transit)
    .map((name) => join(transit, name))
    .filter((path) => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > HALF_MADE_MS);
}

function below(path: string): string[] {
  try {
    return [path, ...readdirSync(path, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? below(join(path, each.name)) : []))];
  } catch {
    return [];
  }
}

async function routeOf(adminUrl: string, route: string): Promise<string> {
  const { version: _, ...value } = (await (await fetch(`${adminUrl}/routes/${route}`)).json()) as Record<string, unknown>;
  return `${route} ${JSON.stringify(value)}`;
}
