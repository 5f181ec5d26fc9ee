import type { ImageFacts, SiteFacts } from '../../providers/spec.ts';
import type { Evidence, Gap } from '../gap.ts';
import type { ComponentRef, Plan } from '../plan.ts';
import { type GapCheck, type Hit, run, worst } from './check.ts';

interface Seen {
  readonly plan: Plan;
  readonly facts: readonly SiteFacts[];
}

/** Within this share above what was asked for, a shape fits. */
const TOLERANCE = 1.25;

const SITE_CHECKS: readonly GapCheck<Seen>[] = [
  {
    id: 'CMP-01',
    title: 'The target has no shape that fits',
    remediation: 'Declare which shapes are acceptable, or choose a site that has them',
    find: ({ plan, facts }) => worst(plan.components.map((component) => shapeHit(component, targetOf(plan, facts)))),
  },
  {
    id: 'CMP-02',
    title: 'The target does not offer the CPU architecture',
    remediation: 'Build for both amd64 and arm64',
    find: ({ plan, facts }) => {
      const target = targetOf(plan, facts);
      if (!target || target.shapes.length === 0) return undefined;
      const offered = new Set(target.shapes.map(({ arch }) => arch));
      return worst(
        plan.components.map((component) => {
          const built = imageAt(target, component)?.arch ?? [];
          const runs = component.size.arch.filter((arch) => built.length === 0 || built.includes(arch));
          if (runs.some((arch) => offered.has(arch))) return undefined;
          const image = built.length === 0 ? '' : `, its image there is ${built.join(', ')}`;
          return at(
            'S1',
            `site ${target.site}`,
            `${component.component} needs ${component.size.arch.join(' or ')}${image}; offered: ${[...offered].join(', ')}`,
          );
        }),
      );
    },
  },
  {
    id: 'IMG-01',
    title: 'The image exists in no form that another vendor reads',
    remediation: 'Build it in two formats from one definition, such as OCI and a raw disk',
    find: ({ plan, facts }) => {
      const images = new Set(plan.components.flatMap(({ images: each }) => Object.values(each)));
      const known = facts.flatMap((site) =>
        Object.values(site.images)
          .filter(({ ref }) => images.has(ref))
          .map((image) => ({ site, image })),
      );
      if (known.some(({ image }) => image.format === 'oci' || image.format.startsWith('disk:'))) return undefined;
      return worst(
        known.map(({ site, image }) =>
          image.format === 'host'
            ? at('S2', `site ${site.site}`, `${image.ref}: the runtime is the host's own, there is no image`)
            : at('S1', `site ${site.site}`, `${image.ref} is ${image.format}${EXPORTS[String(image.exportable)] ?? ''}`),
        ),
      );
    },
  },
  {
    id: 'IMG-03',
    title: 'Images or backups are kept only where the source stands',
    remediation: 'Keep a copy at a second vendor and place',
    find: ({ plan, facts }) => {
      const { vendor, site } = plan.from;
      if (vendor === 'self' || !facts.some((each) => each.site === site) || !targetOf(plan, facts)) return undefined;
      return worst(
        plan.components.map((component) => {
          const known = facts.flatMap((each) => imageAt(each, component) ?? []);
          if (known.length < 2 || known.some(({ copies }) => copies.some((copy) => copy !== vendor))) return undefined;
          const where = [...new Set(known.flatMap(({ regions = [] }) => regions))];
          const newest = known
            .flatMap(({ createdAt }) => createdAt ?? [])
            .toSorted()
            .at(-1);
          const made = newest === undefined ? '' : `; the newest was made at ${newest}`;
          return at('S1', `site ${site}`, `images of ${component.component} lie at ${vendor} only${where.length > 0 ? ` (${where.join(', ')})` : ''}${made}`);
        }),
      );
    },
  },
];

/** What a reader of IMG-01 should know of the way out. */
const EXPORTS: Readonly<Record<string, string>> = { true: ', which its vendor exports as long as it is there', false: ', and cannot be exported' };

/** The image that a component has at this site. */
function imageAt({ site, images }: SiteFacts, component: ComponentRef): ImageFacts | undefined {
  return Object.values(images).find(({ ref }) => ref === component.images[site]);
}

/** Gaps that follow from what the sites reported. */
export function siteGaps(plan: Plan, facts: readonly SiteFacts[]): Gap[] {
  return run(SITE_CHECKS, { plan, facts }, 'preflight');
}

function targetOf(plan: Plan, facts: readonly SiteFacts[]): SiteFacts | undefined {
  return facts.find(({ site }) => site === plan.to.site);
}

function shapeHit({ workload, component, size }: ComponentRef, target: SiteFacts | undefined): Hit | undefined {
  // A site that cannot tell its sizes is none without room.
  if (!target || target.shapes.length === 0) return undefined;
  const chosen = size.native ?? target.fixedShapes?.[`${workload}/${component}`];
  if (chosen !== undefined) {
    const shape = target.shapes.find(({ name }) => name === chosen);
    const enough = !shape || (shape.cpu >= size.cpu && shape.memoryBytes >= size.memoryBytes);
    return enough ? undefined : at('S3', `site ${target.site}`, `${chosen}, chosen for ${component}, has ${shape.cpu} CPU and ${mebibytes(shape.memoryBytes)}`);
  }
  const fitting = target.shapes.filter((shape) => shape.cpu >= size.cpu && shape.memoryBytes >= size.memoryBytes && size.arch.includes(shape.arch));
  if (fitting.length === 0) return at('S1', `site ${target.site}`, `no shape with ${size.cpu} CPU and ${mebibytes(size.memoryBytes)} for ${component}`);
  const close = fitting.some((shape) => shape.shared || (shape.cpu <= size.cpu * TOLERANCE && shape.memoryBytes <= size.memoryBytes * TOLERANCE));
  if (close) return undefined;
  const nearest = fitting.toSorted((a, b) => a.cpu - b.cpu || a.memoryBytes - b.memoryBytes)[0];
  return nearest && at('S3', `site ${target.site}`, `nearest for ${component} is ${nearest.name}, ${nearest.cpu} CPU and ${mebibytes(nearest.memoryBytes)}`);
}

function at(severity: Hit['severity'], ref: string, shows: string): Hit {
  const evidence: Evidence = { kind: 'site', ref, shows };
  return { severity, evidence: [evidence] };
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
