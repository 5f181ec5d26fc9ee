import { DriverError } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

/** An answer of Marathon that is none of the good ones. Its message has the call, and what Marathon says of it. */
export class MarathonError extends Error {
  override readonly name = 'MarathonError';
  readonly status: number;
  /** Deployments that lock the app. */
  readonly deployments: readonly string[];
  readonly retryAfterMs: number | undefined;

  constructor(call: string, status: number, said: string, { deployments = [], retryAfterMs }: { deployments?: readonly string[]; retryAfterMs?: number } = {}) {
    super(`${call} was answered ${status}: ${said}`);
    this.status = status;
    this.deployments = deployments;
    this.retryAfterMs = retryAfterMs;
  }

  /** Somebody's deployment is under way; once it is done, the same request may succeed. */
  get isLocked(): boolean {
    return this.status === 409 && (this.deployments.length > 0 || /\bis locked by\b/.test(this.message));
  }
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'Invalid',
  401: 'Denied',
  403: 'Denied',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
  429: 'Throttled',
};
/** Marathon answers 403 to this as well, and it passes (its sources: TooManyRunningDeploymentsException). */
const TOO_MANY = /Max number \(\d+\) of running deployments/;

export function classify(error: unknown): { code: ErrorCode; retryAfterMs?: number } {
  if (error instanceof DriverError) return { code: error.code };
  if (error instanceof MarathonError) return { code: codeOf(error), ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }) };
  // What fetch throws where there is no answer at all.
  if (error instanceof TypeError && error.message === 'fetch failed') return { code: 'Unavailable' };
  if (error instanceof Error && error.name === 'TimeoutError') return { code: 'Unavailable' };
  return { code: 'Unknown' };
}

function codeOf(error: MarathonError): ErrorCode {
  if (error.isLocked || TOO_MANY.test(error.message)) return 'Unavailable';
  return BY_STATUS[error.status] ?? (error.status >= 500 ? 'Unavailable' : 'Unknown');
}
