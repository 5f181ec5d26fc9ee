import type { Problem } from './check.ts';
import type { Json } from './json.ts';

interface More {
  readonly domain?: string;
  /** Only what comes from Google's front has it. */
  readonly grpcStatus?: string;
  readonly details?: readonly Json[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of an error, in the form of https://cloud.google.com/apis/design/errors and Compute Engine's own older one beside it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly reason: string;
  readonly more: More;

  constructor(status: number, reason: string, message: string, more: More = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.more = more;
  }

  get body(): Json {
    const { domain = 'global', grpcStatus, details } = this.more;
    return {
      error: {
        code: this.status,
        message: this.message,
        errors: [{ message: this.message, domain, reason: this.reason }],
        ...(grpcStatus === undefined ? {} : { status: grpcStatus }),
        ...(details === undefined ? {} : { details }),
      },
    };
  }
}

export const refusals = {
  notFound: (name: string) => new Refusal(404, 'notFound', `The resource '${name}' was not found`),
  exists: (name: string) => new Refusal(409, 'alreadyExists', `The resource '${name}' already exists`),
  notReady: (name: string) => new Refusal(400, 'resourceNotReady', `The resource '${name}' is not ready`),
  inUse: (name: string, by: string) => new Refusal(400, 'resourceInUseByAnotherResource', `The resource '${name}' is already being used by '${by}'`),
  stale: (message: string) => new Refusal(412, 'conditionNotMet', message),
  invalid: (field: string, value: string, why: string) => new Refusal(400, 'invalid', `Invalid value for field '${field}': '${value.slice(0, 200)}'. ${why}`),
  /** Without partial success a list of all zones fails as a whole. */
  unreachable: (scope: string) => new Refusal(503, 'backendError', `The scope '${scope}' cannot be reached.`, { grpcStatus: 'UNAVAILABLE' }),
  required: (field: string) => new Refusal(400, 'required', `Required field '${field}' not specified`),

  problems([first, ...others]: readonly [Problem, ...Problem[]]): Refusal {
    const details = {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [first, ...others].map(({ path, message }) => ({ field: path, description: message })),
    };
    return new Refusal(
      400,
      first.reason,
      first.message,
      first.message.startsWith('Invalid JSON payload') ? { grpcStatus: 'INVALID_ARGUMENT', details: [details] } : {},
    );
  },

  /** https://cloud.google.com/docs/authentication/troubleshoot-adc and google.api.ErrorReason. */
  credentials: (reason: 'CREDENTIALS_MISSING' | 'ACCESS_TOKEN_EXPIRED' | 'ACCESS_TOKEN_TYPE_UNSUPPORTED', method: string) =>
    new Refusal(
      401,
      reason === 'CREDENTIALS_MISSING' ? 'required' : 'authError',
      reason === 'CREDENTIALS_MISSING'
        ? 'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.'
        : 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
      {
        grpcStatus: 'UNAUTHENTICATED',
        details: [{ '@type': ERROR_INFO, reason, domain: 'googleapis.com', metadata: { service: 'compute.googleapis.com', method } }],
        headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
      },
    ),

  forbidden: (permission: string, name: string) => new Refusal(403, 'forbidden', `Required '${permission}' permission for '${name}'`),

  /** 403, not 429: https://cloud.google.com/compute/api-quota. Retry-After is not promised there; it is sent when the fault says so. */
  throttled: (project: string, retryAfterSeconds?: number) =>
    new Refusal(
      403,
      'rateLimitExceeded',
      `Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com' for consumer 'project_number:${PROJECT_NUMBER}'.`,
      {
        domain: 'usageLimits',
        grpcStatus: 'PERMISSION_DENIED',
        details: [
          {
            '@type': ERROR_INFO,
            reason: 'RATE_LIMIT_EXCEEDED',
            domain: 'googleapis.com',
            metadata: {
              service: 'compute.googleapis.com',
              consumer: `projects/${project}`,
              quota_metric: 'compute.googleapis.com/default',
              quota_limit: 'defaultPerMinutePerProject',
              quota_limit_value: '1500',
            },
          },
        ],
        ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(retryAfterSeconds)) } }),
      },
    ),
};

const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
export const PROJECT_NUMBER = '731904286155';
