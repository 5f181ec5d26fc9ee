import type { SiteFacts } from '../../providers/spec.ts';
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
        plan.components.map(({ component, size }) =>
          size.arch.some((arch) => offered.has(arch))
            ? undefined
            : at('S1', `site ${target.site}`, `${component} needs ${size.arch.join(' or ')}; offered: ${[...offered].join(', ')}`),
        ),
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
            : at('S1', `site ${site.site}`, `${image.ref} is ${image.format}`),
        ),
      );
    },
  },
];

/** Gaps that follow from what the sites reported. */
export function siteGaps(plan: Plan, facts: readonly SiteFacts[]): Gap[] {
  return run(SITE_CHECKS, { plan, facts }, 'preflight');
}

function targetOf(plan: Plan, facts: readonly SiteFacts[]): SiteFacts | undefined {
  return facts.find(({ site }) => site === plan.to.site);
}

function shapeHit({ component, size }: ComponentRef, target: SiteFacts | undefined): Hit | undefined {
  if (!target) return undefined;
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
