import { DriverError } from '../errors.ts';
import { nearestShapes } from '../nearestShape.ts';
import type { WorkloadSpec } from '../spec.ts';
import { userData } from '../userData.ts';
import { incusCapabilities } from './capabilities.ts';
import { pathOf } from './client.ts';
import { keysOf, type Marked } from './marks.ts';
import { baseName } from './names.ts';
import { BOOT_SCRIPT, RESTORE_ORDERS } from './restore.ts';
import type { Site } from './site.ts';

/** What all replicas have in common, as Incus is asked for it. */
export interface Request {
  readonly source: { readonly type: 'image'; readonly fingerprint: string };
  readonly profiles: readonly string[];
  readonly config: Readonly<Record<string, string>>;
}

export async function requestFor(site: Site, spec: WorkloadSpec, signal: AbortSignal): Promise<Request> {
  const { config, read, catalogue, name } = site;
  if (spec.network !== 'site') throw new DriverError('Unsupported', 'it cannot be put behind a fence of a drill here: run the drill unfenced, with a reason');
  const script = userData(spec, { site: name, restoreOrders: RESTORE_ORDERS });
  const image = await catalogue.image(read, spec.image, incusCapabilities(config).vendor, signal);
  const profile = spec.size.native ?? config.sizes[`${spec.workload}/${spec.component}`];
  // The host itself must be large enough and of the right kind.
  nearestShapes(await catalogue.shapes(read, signal), spec.size, image.arch);
  return {
    source: { type: 'image', fingerprint: image.fingerprint },
    profiles: profile === undefined ? config.profiles : [...config.profiles, profile],
    config: { ...(profile === undefined ? limitsOf(spec) : {}), [BOOT_SCRIPT]: script },
  };
}

/** Starts one replica; its mark is on it from the first moment. Answers with the operation that does it. */
export async function launch({ write }: Site, { config, ...request }: Request, mark: Marked, signal: AbortSignal): Promise<string | undefined> {
  const body = {
    ...request,
    name: `${baseName(mark.id)}-${mark.replica}`,
    type: 'container',
    description: `${mark.id.role}, generation ${mark.id.generation}`,
    config: { ...config, ...keysOf(mark) },
    start: true,
  };
  return (await write.ask('POST', pathOf('instances'), signal, { body })).operation;
}

/** Time on the CPUs in each tenth of a second: whole CPUs would be all that `limits.cpu` knows. */
function limitsOf({ size: { cpu, memoryBytes } }: WorkloadSpec): Record<string, string> {
  return { 'limits.cpu.allowance': `${Math.max(1, Math.round(cpu * 100))}ms/100ms`, 'limits.memory': `${memoryBytes}B` };
}
