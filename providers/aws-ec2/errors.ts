import { z } from 'zod';
import { DriverError, NO_ANSWER } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

/** By the error's name, which is EC2's code. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  RequestLimitExceeded: 'Throttled',
  Throttling: 'Throttled',
  ThrottlingException: 'Throttled',
  EC2ThrottledException: 'Throttled',
  TooManyRequestsException: 'Throttled',
  InternalError: 'Unavailable',
  InternalFailure: 'Unavailable',
  ServiceUnavailable: 'Unavailable',
  Unavailable: 'Unavailable',
  RequestTimeout: 'Unavailable',
  TimeoutError: 'Unavailable',
  InsufficientInstanceCapacity: 'Capacity',
  InsufficientReservedInstanceCapacity: 'Capacity',
  InsufficientHostCapacity: 'Capacity',
  InsufficientCapacity: 'Capacity',
  InsufficientVolumeCapacity: 'Capacity',
  InsufficientFreeAddressesInSubnet: 'Capacity',
  InsufficientAddressCapacity: 'Capacity',
  // The type is not offered in this zone; another zone or size may do.
  Unsupported: 'Capacity',
  VcpuLimitExceeded: 'Quota',
  InstanceLimitExceeded: 'Quota',
  VolumeLimitExceeded: 'Quota',
  MaxIOPSLimitExceeded: 'Quota',
  NetworkInterfaceLimitExceeded: 'Quota',
  ResourceLimitExceeded: 'Quota',
  IncorrectInstanceState: 'Conflict',
  IncorrectState: 'Conflict',
  IdempotentParameterMismatch: 'Conflict',
  DependencyViolation: 'Conflict',
  UnauthorizedOperation: 'Denied',
  AuthFailure: 'Denied',
  AccessDenied: 'Denied',
  Blocked: 'Denied',
  OptInRequired: 'Denied',
  PendingVerification: 'Denied',
  OperationNotPermitted: 'Denied',
  InvalidClientTokenId: 'Denied',
  SignatureDoesNotMatch: 'Denied',
  RequestExpired: 'Denied',
  ExpiredToken: 'Denied',
  CredentialsProviderError: 'Denied',
  InvalidParameter: 'Invalid',
  InvalidParameterValue: 'Invalid',
  InvalidParameterCombination: 'Invalid',
  MissingParameter: 'Invalid',
  UnknownParameter: 'Invalid',
  TagLimitExceeded: 'Invalid',
  UnsupportedOperation: 'Unsupported',
  InvalidAction: 'Unsupported',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = { 400: 'Invalid', 401: 'Denied', 403: 'Denied', 429: 'Throttled' };

const sdkError = z.object({
  name: z.string().optional(),
  code: z.string().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  $response: z.object({ headers: z.record(z.string(), z.string()) }).optional(),
});

export function classify(error: unknown): { code: ErrorCode; retryAfterMs?: number; said?: string } {
  if (error instanceof DriverError) return { code: error.code };
  const parsed = sdkError.safeParse(error);
  if (!parsed.success) return { code: 'Unknown' };
  const { name, $metadata, $response } = parsed.data;
  const seconds = Number($response?.headers['retry-after']);
  return { code: codeOf(parsed.data), ...(seconds > 0 && { retryAfterMs: seconds * 1000 }), ...(name !== undefined && $metadata && { said: name }) };
}

/** Also the codes of state reasons, such as `Server.InsufficientInstanceCapacity`. */
export function codeNamed(name: string): ErrorCode | undefined {
  const own = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (own) return own;
  if (name.endsWith('.NotFound')) return 'NotFound';
  return /\.(Malformed|Invalid|Unavailable|MissingParameter)$|^Invalid.*\./.test(name) ? 'Invalid' : undefined;
}

function codeOf({ name = '', code, $metadata }: z.infer<typeof sdkError>): ErrorCode {
  const named = codeNamed(name);
  if (named) return named;
  if (code !== undefined && NO_ANSWER.includes(code)) return 'Unavailable';
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return 'Unknown';
  return BY_STATUS[status] ?? (status >= 500 ? 'Unavailable' : 'Unknown');
}
