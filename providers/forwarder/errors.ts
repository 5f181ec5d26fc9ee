import { DriverError } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

/** The forwarder answered, and it was no. */
export class ForwarderError extends Error {
  override readonly name = 'ForwarderError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = { 400: 'Invalid', 404: 'NotFound', 405: 'Unsupported', 412: 'Conflict', 429: 'Throttled' };

export function classify(error: unknown): { code: ErrorCode } {
  if (error instanceof DriverError) return { code: error.code };
  if (error instanceof ForwarderError) return { code: BY_STATUS[error.status] ?? (error.status >= 500 ? 'Unavailable' : 'Unknown') };
  return { code: 'Unknown' };
}
