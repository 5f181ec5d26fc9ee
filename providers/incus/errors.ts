import { z } from 'zod';
import { DriverError, NO_ANSWER } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

/** What Incus answers, or what an operation came to. */
export class IncusError extends Error {
  override readonly name = 'IncusError';
  /** As of HTTP. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Incus gives 400 or 500 to all sorts of things and tells them apart in words only. */
const BY_TEXT: readonly (readonly [RegExp, ErrorCode])[] = [
  [/no space left on device|not enough (free )?(space|memory)|disk quota exceeded/i, 'Capacity'],
  [/reached maximum (number|aggregate)|exceed(s|ed)? (the )?(project )?limit|reached the (instance )?limit|limits? .* exceeded/i, 'Quota'],
  [/is busy running|daemon is (starting up|shutting down)|database is locked/i, 'Unavailable'],
  [/already exists|already (running|stopped)/i, 'Conflict'],
];

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'Invalid',
  401: 'Denied',
  403: 'Denied',
  404: 'NotFound',
  409: 'Conflict',
  412: 'Conflict',
  429: 'Throttled',
  501: 'Unsupported',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Unavailable',
};

/** No answer at all. A socket that is not there is a daemon that does not run. */
const NETWORK = new Set([...NO_ANSWER, 'ENOENT', 'HPE_INVALID_EOF_STATE']);
/** Whoever answers is not who is meant, or does not want to know us. */
const TRUST = /^(EACCES|EPERM|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT|ERR_SSL_)/;

const systemError = z.object({ code: z.string().optional(), name: z.string().optional() });

export function classify(error: unknown): { code: ErrorCode } {
  if (error instanceof DriverError) return { code: error.code };
  if (error instanceof IncusError) return { code: codeOf(error.status, error.message) };
  const { code = '', name } = systemError.safeParse(error).data ?? {};
  if (NETWORK.has(code) || name === 'TimeoutError') return { code: 'Unavailable' };
  return { code: TRUST.test(code) ? 'Denied' : 'Unknown' };
}

export function codeOf(status: number, text: string): ErrorCode {
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? BY_STATUS[status] ?? 'Unknown';
}
