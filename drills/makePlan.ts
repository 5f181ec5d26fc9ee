import type { Capabilities, Locator, PowerRef } from '../providers/spec.ts';
import { sha256Hex, standingMark } from './mark.ts';
import type { ComponentRef, Plan, PlannedSite } from './plan.ts';
import type { IdentityRule, ProbeSpec } from './probing.ts';
import { leaseAt, recoveryPrefix } from './recovery.ts';
import type { Drill } from './schema/drill.ts';
import type { Muster } from './schema/muster.ts';
import { LIVE, type Mode } from './schema/names.ts';
import type { Component, Workload } from './schema/workload.ts';
import { list, scriptFor } from './script.ts';
import { staticGaps } from './gaps/index.ts';

export interface PlanInput {
  readonly muster: Muster;
  readonly workload: Workload;
  readonly drill: Drill;
  readonly mode: Mode;
  readonly requestedBy: string;
  readonly trigger: Plan['trigger'];
  readonly capabilities: (site: string) => Capabilities;
  /** Both sites stand on one host, whatever their providers say. */
  readonly sharedHost: boolean;
}

/** A drill that cannot run as it is, found before anything is touched. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

/** Everything that a run is given. Files are valid already (`drills/load`). Throws PlanError when a site cannot do what the mode needs. */
export function makePlan(input: PlanInput): Plan {
  const { muster, workload, drill, mode } = input;
  const from = plannedSite(input, drill.from);
  const to = plannedSite(input, drill.to);
  const switches = mode === 'rehearse' ? undefined : mode === 'isolated' ? workload.drillRoute : workload.route;
  const fenced = mode === 'isolated' && to.capabilities.kinds.includes('network');
  const components = startOrder(workload).map((name) => componentRef(input, name));
  const deadlineSeconds = drill.deadline ?? Math.max(3 * drill.objectives.rto, 30);
  check(input, from, to, fenced);
  const steps = scriptFor({
    mode,
    drill,
    components,
    from: drill.from,
    to: drill.to,
    route: switches ?? workload.route,
    fenced,
    holdSeconds: drill.objectives.hold,
    deadlineSeconds,
  });
  const plan: Omit<Plan, 'gaps'> = {
    version: 1,
    installation: muster.installation,
    drill: { name: drill.drill, sha256: digestOfFiles(muster, workload, drill) },
    workload: workload.workload,
    mode,
    environment: input.sharedHost || from.capabilities.emulated || to.capabilities.emulated ? 'emulated' : 'real',
    requestedBy: input.requestedBy,
    trigger: input.trigger,
    from,
    to,
    ...(switches ? { switches } : {}),
    route: workload.route,
    clientUrl: urlOf(muster, switches ?? workload.route).href,
    objectives: { rtoSeconds: drill.objectives.rto, rpoSeconds: drill.objectives.rpo, holdSeconds: drill.objectives.hold },
    components,
    probes: probesOf(muster, workload, workload.route, from.capabilities.emulated),
    drillProbes: workload.drillRoute ? probesOf(muster, workload, workload.drillRoute, from.capabilities.emulated) : [],
    vantages: drill.vantages ?? muster.vantages,
    ...canaryOf(muster, workload, from.capabilities.emulated),
    roles: muster.roles,
    guards: drill.guards.map((each) => ({ name: each.name, run: list(each.run), timeoutSeconds: each.timeout })),
    verify: drill.verify.map((each) => ({ name: each.name, run: list(each.run), timeoutSeconds: each.timeout, reads: each.reads })),
    steps,
    deadlineSeconds,
    patienceSeconds: drill.patience,
    limitSeconds: drill.limit,
    ...(mode === 'isolated' && !fenced && drill.unfenced ? { unfenced: drill.unfenced } : {}),
    ...(mode === 'unplanned' && drill.declaredLost ? { declaredLost: drill.declaredLost } : {}),
  };
  return { ...plan, gaps: staticGaps({ muster, workload, drill, plan }) };
}

/** The same files give the same digest, however they are laid out. */
export function digestOfFiles(muster: Muster, workload: Workload, drill: Drill): string {
  return sha256Hex(JSON.stringify([muster, workload, drill]));
}

function check({ workload, drill, mode, muster }: PlanInput, from: PlannedSite, to: PlannedSite, fenced: boolean): void {
  const refuse = (why: string): never => {
    throw new PlanError(`drill ${drill.drill} cannot run in mode ${mode}: ${why}`);
  };
  if (!drill.modes.includes(mode)) refuse(`the drill allows ${drill.modes.join(', ')}; name ${mode} under modes to allow it`);
  if (mode === 'rehearse') return;
  if (!to.capabilities.kinds.includes('workload')) refuse(`site ${to.site} (${to.provider}) cannot run a workload`);
  if (mode === 'isolated' && !workload.drillRoute) refuse(`workload ${workload.workload} names no drillRoute`);
  if (mode === 'isolated' && !fenced && !drill.unfenced)
    refuse(`site ${to.site} (${to.provider}) cannot enforce isolation; say unfenced: <reason> in the drill to run it all the same, as a finding`);
  if (!LIVE.includes(mode)) return;
  const needed = drill.declaredLost
    ? (['running'] as const)
    : mode === 'planned'
      ? (['running', 'stopped'] as const)
      : (['running', 'stopped', 'cut'] as const);
  for (const target of needed)
    if (!from.capabilities.power.includes(target)) refuse(`site ${from.site} (${from.provider}) cannot be brought to power ${target}`);
  if (!to.capabilities.power.includes('stopped')) refuse(`site ${to.site} (${to.provider}) cannot stop what it runs, so there is no failback`);
  if (!from.capabilities.restoresOnStart && Object.values(workload.components).some((each) => Object.keys(each.data).length > 0)) {
    refuse(`site ${from.site} (${from.provider}) cannot take data back on start, so there is no failback with data`);
  }
  const approvals = drill.approve === undefined ? [] : Array.isArray(drill.approve) ? drill.approve : [drill.approve];
  if (!approvals.some((each) => each.before === 'disrupt')) refuse('a live mode needs a second person; add approve: { before: disrupt, role: <role> }');
  for (const each of approvals) if (!muster.roles[each.role]?.length) refuse(`nobody has the role ${each.role}; name people under roles in muster.yaml`);
}

function plannedSite({ muster, capabilities, workload }: PlanInput, site: string): PlannedSite {
  const entry = muster.sites[site];
  if (!entry) throw new PlanError(`site ${site} is not in muster.yaml`);
  const can = capabilities(site);
  const standing = Object.keys(workload.components).map((component): [string, PowerRef] => {
    const role = `${workload.workload}/${component}`;
    const selector = entry.standing[role];
    return [component, selector ? { selector } : { id: { owner: standingMark(muster.installation), role, generation: 1 } }];
  });
  return {
    site,
    provider: entry.provider,
    vendor: entry.vendor ?? can.vendor,
    location: entry.location ?? site,
    capabilities: can,
    standing: Object.fromEntries(standing),
  };
}

/** Components in the order of `needs`; names break ties, so that the same file always gives the same script. */
export function startOrder(workload: Workload): string[] {
  const order: string[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    for (const need of (workload.components[name]?.needs ?? []).toSorted()) visit(need);
    order.push(name);
  };
  for (const name of Object.keys(workload.components).toSorted()) visit(name);
  return order;
}

/** How a component is asked for, at whatever site: also what `muster deploy` uses. */
export function componentRef({ muster, workload }: Pick<PlanInput, 'muster' | 'workload'>, name: string): ComponentRef {
  const component = workload.components[name];
  if (!component) throw new PlanError(`workload ${workload.workload} has no component ${name}`);
  const store = workload.recoveryPoints ?? Object.keys(muster.stores)[0] ?? '';
  const images = Object.entries(muster.sites).flatMap(([site, entry]) =>
    entry.images[component.image] ? [[site, entry.images[component.image] ?? ''] as const] : [],
  );
  const port = component.health?.port;
  return {
    workload: workload.workload,
    component: name,
    images: Object.fromEntries(images),
    ...(component.files ? { files: locate(component.files) } : {}),
    boot: component.boot,
    replicas: component.replicas,
    size: { cpu: component.size.cpu, memoryBytes: component.size.memory, arch: component.size.arch },
    ports: component.ports,
    env: component.env,
    secrets: component.secrets,
    data: Object.fromEntries(
      Object.entries(component.data).map(([data, set]) => [
        data,
        {
          sizeBytes: set.size,
          restore: set.restore,
          recovery: recoveryPrefix(store, workload.workload, name, data),
          ...(set.writer === 'single' ? { lease: { at: leaseAt(store, workload.workload, name, data), ttlSeconds: set.lease } } : {}),
        },
      ]),
    ),
    needs: component.needs,
    required: !component.optional,
    ...(component.public ? { publicPort: component.public } : {}),
    ...(component.health && port
      ? { health: { port, withinSeconds: component.health.within, ...(component.health.http ? { path: component.health.http } : {}) } }
      : {}),
  };
}

function locate(files: NonNullable<Component['files']>): Locator {
  const colon = files.url.indexOf(':');
  return { store: files.url.slice(0, colon), key: files.url.slice(colon + 1), sha256: files.sha256 };
}

function urlOf(muster: Muster, route: string): URL {
  const entry = muster.routes[route];
  if (!entry) throw new PlanError(`route ${route} is not in muster.yaml`);
  return new URL(entry.url);
}

/** Emulated sites are asked four times a second, real ones once. */
const everyOf = (every: number | undefined, emulated: boolean) => every ?? (emulated ? 0.25 : 1);

function ask(muster: Muster, route: string, request: string): { method: string; url: string } {
  const [method = 'GET', path = '/'] = request.split(' ');
  return { method, url: new URL(path, urlOf(muster, route)).href };
}

function probesOf(muster: Muster, workload: Workload, route: string, emulated: boolean): ProbeSpec[] {
  const identity: { identity?: IdentityRule } = workload.identity ? { identity: workload.identity } : {};
  if (workload.probes.length === 0) {
    const component = Object.values(workload.components).find((each) => each.public);
    return [
      {
        name: 'service',
        ask: { kind: 'http', ...ask(muster, route, `GET ${component?.health?.http ?? '/'}`) },
        ...identity,
        everySeconds: everyOf(undefined, emulated),
        timeoutSeconds: 1,
      },
    ];
  }
  return workload.probes.map((probe): ProbeSpec => {
    const pace = { name: probe.name, everySeconds: everyOf(probe.every, emulated), timeoutSeconds: probe.timeout };
    if ('http' in probe) return { ...pace, ask: { kind: 'http', ...ask(muster, route, probe.http) }, ...identity };
    if ('run' in probe) return { ...pace, ask: { kind: 'command', run: list(probe.run) } };
    const url = urlOf(muster, route);
    return { ...pace, ask: { kind: 'tcp', host: url.hostname, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) } };
  });
}

function canaryOf(muster: Muster, workload: Workload, emulated: boolean): Pick<Plan, 'canary' | 'drillCanaryList'> {
  const { canary, identity, route, drillRoute } = workload;
  if (!canary) return {};
  return {
    canary: {
      append: ask(muster, route, canary.append),
      list: ask(muster, route, canary.list),
      tenant: canary.tenant,
      ...(identity ? { identity } : {}),
      everySeconds: everyOf(canary.every, emulated),
      timeoutSeconds: canary.timeout,
    },
    ...(drillRoute ? { drillCanaryList: ask(muster, drillRoute, canary.list) } : {}),
  };
}
