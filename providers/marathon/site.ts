import type { Marathon } from './client.ts';
import type { MarathonConfig } from './config.ts';
import type { ResourceId } from '../spec.ts';
import { hashOf } from '../marks.ts';

/** What every part of the driver needs. */
export interface Site {
  readonly name: string;
  readonly config: MarathonConfig;
  readonly marathon: Marathon;
}

/** Chosen before the first call. The words of the id stand in labels: in paths Marathon has lower-case letters and digits only. */
export function appIdOf({ config }: Site, id: ResourceId): string {
  return `${config.group}/${hashOf(id)}`;
}
