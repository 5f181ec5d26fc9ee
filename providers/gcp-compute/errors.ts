import { DriverError } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

/** What Compute Engine, an operation of it or the credentials' own service said, without the request: that may hold secrets. */
export class GceError extends Error {
  override readonly name = 'GceError';
  /** Of HTTP; absent when no answer came, or the answer was an operation that failed. */
  readonly status: number | undefined;
  /** Google's words for it: `reason` of an answer, `code` of an operation's error, or ours for what has neither. Most telling first. */
  readonly reasons: readonly string[];
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    { status, reasons = [], retryAfterMs }: { status?: number | undefined; reasons?: readonly string[]; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.status = status;
    this.reasons = reasons;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer at all came. */
export const UNREACHED = 'unreached';
/** The credentials are none, have ended, or were refused by who gives tokens for them. */
export const NO_TOKEN = 'noToken';

/**
 * Reasons of answers (https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-errors, google.api.ErrorReason), and codes of
 * operations (https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation).
 */
const BY_REASON: Readonly<Record<string, ErrorCode>> = {
  [UNREACHED]: 'Unavailable',
  [NO_TOKEN]: 'Denied',
  rateLimitExceeded: 'Throttled',
  userRateLimitExceeded: 'Throttled',
  RATE_LIMIT_EXCEEDED: 'Throttled',
  concurrentOperationsQuotaExceeded: 'Throttled',
  CONCURRENT_OPERATIONS_QUOTA_EXCEEDED: 'Throttled',
  RESOURCE_OPERATION_RATE_EXCEEDED: 'Throttled',
  resourceNotReady: 'Unavailable',
  RESOURCE_NOT_READY: 'Unavailable',
  backendError: 'Unavailable',
  internalError: 'Unavailable',
  INTERNAL_ERROR: 'Unavailable',
  ZONE_RESOURCE_POOL_EXHAUSTED: 'Capacity',
  ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS: 'Capacity',
  RESOURCE_POOL_EXHAUSTED: 'Capacity',
  REGION_RESOURCE_POOL_EXHAUSTED: 'Capacity',
  STOCKOUT: 'Capacity',
  IP_SPACE_EXHAUSTED: 'Capacity',
  IP_SPACE_EXHAUSTED_WITH_DETAILS: 'Capacity',
  quotaExceeded: 'Quota',
  QUOTA_EXCEEDED: 'Quota',
  QUOTA_FOR_INSTANCES: 'Quota',
  alreadyExists: 'Conflict',
  RESOURCE_ALREADY_EXISTS: 'Conflict',
  conditionNotMet: 'Conflict',
  CONDITION_NOT_MET: 'Conflict',
  resourceInUseByAnotherResource: 'Conflict',
  RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: 'Conflict',
  forbidden: 'Denied',
  authError: 'Denied',
  accessNotConfigured: 'Denied',
  insufficientPermissions: 'Denied',
  PERMISSIONS_ERROR: 'Denied',
  IAM_PERMISSION_DENIED: 'Denied',
  SERVICE_DISABLED: 'Denied',
  notFound: 'NotFound',
  RESOURCE_NOT_FOUND: 'NotFound',
  invalid: 'Invalid',
  required: 'Invalid',
  badRequest: 'Invalid',
  INVALID_FIELD_VALUE: 'Invalid',
  INVALID_USAGE: 'Invalid',
  UNSUPPORTED_OPERATION: 'Unsupported',
};

/** Says only that a batch failed; another error beside it says why. */
const TELLS_LITTLE = 'VM_MIN_COUNT_NOT_REACHED';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'Invalid',
  401: 'Denied',
  403: 'Denied',
  404: 'NotFound',
  409: 'Conflict',
  412: 'Conflict',
  429: 'Throttled',
};

export function classify(error: unknown): { code: ErrorCode; retryAfterMs?: number } {
  if (error instanceof DriverError) return { code: error.code };
  if (!(error instanceof GceError)) return { code: 'Unknown' };
  return { code: codeOf(error), ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }) };
}

/** Something else is under way for the same thing. */
export function isNotReady(error: unknown): boolean {
  return error instanceof GceError && error.reasons.some((reason) => reason === 'resourceNotReady' || reason === 'RESOURCE_NOT_READY');
}

function codeOf({ status, reasons }: GceError): ErrorCode {
  // 401 is told as `required` too.
  if (status === 401) return 'Denied';
  for (const reason of reasons) {
    const named = Object.hasOwn(BY_REASON, reason) ? BY_REASON[reason] : undefined;
    if (named) return named;
  }
  // Zones refuse a batch so when they cannot give as many machines as it asks for.
  if (reasons.includes(TELLS_LITTLE)) return 'Capacity';
  if (status === undefined) return 'Unknown';
  return BY_STATUS[status] ?? (status >= 500 ? 'Unavailable' : 'Unknown');
}
