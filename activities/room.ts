import type { ComponentRef, Plan } from '../drills/plan.ts';
import { nearestShapes } from '../providers/nearestShape.ts';
import type { Quota, Shape, SiteFacts } from '../providers/spec.ts';

interface Wanted {
  readonly component: string;
  readonly machines: number;
  /** Undefined where the site does not say what this component would run on. */
  readonly shape: Shape | undefined;
}

/**
 * Whether what the drill starts fits into what the target still gives: quotas, and addresses. Says what was counted; undefined where the
 * target tells nothing. Throws with the figures when it cannot fit.
 */
export function roomAt(facts: SiteFacts, { components }: Pick<Plan, 'components'>): string | undefined {
  const { site, quotas = [], networks = [] } = facts;
  const wanted = components
    .filter(({ required }) => required)
    .map((each) => ({ component: each.component, machines: each.replicas, shape: shapeOf(facts, each) }));
  const machines = wanted.reduce((sum, each) => sum + each.machines, 0);
  const counted = quotas.map((quota) => ({ quota, need: needOf(quota, wanted) })).filter(({ need }) => need > 0);
  const full = counted
    .filter(({ quota, need }) => need > leftOf(quota))
    .map(({ quota, need }) => `quota ${quota.name} has ${leftOf(quota)} ${UNITS[quota.unit]} left of ${quota.limit}, ${need} are needed`);
  const free =
    networks.length > 0 && networks.every(({ freeAddresses }) => freeAddresses !== undefined)
      ? networks.reduce((sum, each) => sum + (each.freeAddresses ?? 0), 0)
      : undefined;
  if (free !== undefined && free < machines) full.push(`${networks.map(({ ref }) => ref).join(', ')} has ${free} free addresses, ${machines} are needed`);
  if (full.length > 0) throw new Error(`${describe(wanted)} cannot fit at ${site}: ${full.join('; ')}; raise what is full, or ask for less`);
  const said = [
    ...counted.map(({ quota, need }) => `${quota.name} ${need} of ${leftOf(quota)}`),
    ...(free === undefined ? [] : [`addresses ${machines} of ${free}`]),
  ];
  return said.length === 0 ? undefined : `${describe(wanted)} fit: ${said.join(', ')}`;
}

const UNITS: Readonly<Record<Quota['unit'], string>> = { cpu: 'CPUs', machines: 'machines' };

/** A quota may be exceeded already. */
function leftOf({ limit, used }: Quota): number {
  return Math.max(0, limit - used);
}

/** At least so much: what runs on an unknown shape is counted as a machine and as no CPU. */
function needOf({ unit, shapes }: Quota, wanted: readonly Wanted[]): number {
  if (unit === 'machines') return wanted.reduce((sum, { machines }) => sum + machines, 0);
  return wanted.reduce((sum, { machines, shape }) => sum + (shape && (shapes?.includes(shape.name) ?? true) ? machines * shape.cpu : 0), 0);
}

function describe(wanted: readonly Wanted[]): string {
  return wanted.map(({ component, machines, shape }) => `${component} (${machines}${shape ? ` × ${shape.name} of ${shape.cpu} CPUs` : ''})`).join(', ');
}

function shapeOf({ site, shapes, images, fixedShapes = {} }: SiteFacts, { workload, component, size, images: own }: ComponentRef): Shape | undefined {
  const image = Object.values(images).find(({ ref }) => ref === own[site]);
  const name = size.native ?? fixedShapes[`${workload}/${component}`] ?? nearest(shapes, size, image?.arch ?? []);
  return shapes.find((shape) => shape.name === name);
}

/** That none fits is a gap, told elsewhere. */
function nearest(shapes: readonly Shape[], size: ComponentRef['size'], arch: readonly string[]): string | undefined {
  try {
    return nearestShapes(shapes, size, arch)[0];
  } catch {
    return undefined;
  }
}
