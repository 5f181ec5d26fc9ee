import type { Capabilities } from '../../providers/spec.ts';
import type { Harness } from './harness.ts';

/** What is known while tests are collected: enough to say which there are. */
export interface Declared {
  /** Closed; for its plain data only. */
  readonly harness: Pick<Harness, 'specs' | 'provoke' | 'many' | 'traffic' | 'weak'>;
  readonly capabilities: Capabilities;
  /** Milliseconds for one test. */
  readonly timeout: number;
}
