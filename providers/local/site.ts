import type { LocalConfig } from './config.ts';

/** What every part of the driver works with. */
export interface Site {
  readonly name: string;
  readonly config: LocalConfig;
  /** Absolute, without links. */
  readonly root: string;
}
