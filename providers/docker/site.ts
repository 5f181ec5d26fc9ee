import type Docker from 'dockerode';
import type { Kept } from '../kept.ts';
import type { Shape } from '../spec.ts';
import type { DockerConfig } from './config.ts';
import type { Jobs } from './jobs.ts';

/** What every part of the driver needs. */
export interface Site {
  readonly name: string;
  readonly config: DockerConfig;
  readonly docker: () => Promise<Docker>;
  readonly jobs: Jobs;
  readonly host: Kept<Shape>;
  /** Addresses given to containers that are not made yet. */
  readonly reserved: Set<string>;
}
