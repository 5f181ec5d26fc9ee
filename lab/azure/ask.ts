import type { IncomingHttpHeaders } from 'node:http';
import type { How } from '../faults.ts';
import type { Principal } from './identity/principals.ts';
import type { Cloud } from './cloud.ts';

/** One request that was let in: known, allowed and well-formed. */
export interface Ask {
  readonly cloud: Cloud;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** As it was asked, whole. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** Checked against its description. */
  readonly body: unknown;
  readonly principal: Principal;
  /** What shall go wrong inside. */
  readonly fault?: How;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (ask: Ask) => Answer | Promise<Answer>;
