import { z } from 'zod';
import { DriverError, NO_ANSWER } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

/**
 * By Azure's own code, of answers, of operations and of the instance view. What is not here goes by HTTP status.
 * https://learn.microsoft.com/azure/virtual-machines/error-codes
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
 */
const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  TooManyRequests: 'Throttled',
  SubscriptionRequestsThrottled: 'Throttled',
  ResourceCollectionRequestsThrottled: 'Throttled',
  OperationNotAllowedDueToThrottling: 'Throttled',
  AnotherOperationInProgress: 'Unavailable',
  RetryableError: 'Unavailable',
  RetryableErrorDueToAnotherOperation: 'Unavailable',
  OperationPreempted: 'Unavailable',
  NicReservedForAnotherVm: 'Unavailable',
  InternalServerError: 'Unavailable',
  InternalExecutionError: 'Unavailable',
  InternalOperationError: 'Unavailable',
  NetworkingInternalOperationError: 'Unavailable',
  ServiceUnavailable: 'Unavailable',
  ServerTimeout: 'Unavailable',
  GatewayTimeout: 'Unavailable',
  OSProvisioningTimedOut: 'Unavailable',
  OSProvisioningClientError: 'Unavailable',
  OSProvisioningInternalError: 'Unavailable',
  VMStartTimedOut: 'Unavailable',
  AllocationFailed: 'Capacity',
  ZonalAllocationFailed: 'Capacity',
  OverconstrainedAllocationRequest: 'Capacity',
  OverconstrainedZonalAllocationRequest: 'Capacity',
  AllocationTimeout: 'Capacity',
  SkuNotAvailable: 'Capacity',
  SubnetIsFull: 'Capacity',
  QuotaExceeded: 'Quota',
  ResourceQuotaExceeded: 'Quota',
  PublicIPCountLimitReached: 'Quota',
  StandardSkuPublicIPCountLimitReached: 'Quota',
  NetworkInterfaceCountLimitReached: 'Quota',
  SubscriptionNotFound: 'Denied',
  ExpiredAuthenticationToken: 'Denied',
  AuthorizationFailed: 'Denied',
  LinkedAuthorizationFailed: 'Denied',
  RequestDisallowedByPolicy: 'Denied',
  ScopeLocked: 'Denied',
  MissingSubscriptionRegistration: 'Denied',
  MarketplacePurchaseEligibilityFailed: 'Denied',
  ImageNotFound: 'NotFound',
  PlatformImageNotFound: 'NotFound',
  GalleryImageNotFound: 'NotFound',
  ResourceNotFound: 'NotFound',
  ResourceGroupNotFound: 'NotFound',
  PropertyChangeNotAllowed: 'Conflict',
  Conflict: 'Conflict',
  ConflictingUserInput: 'Conflict',
  PreconditionFailed: 'Conflict',
  InUse: 'Conflict',
  NicInUse: 'Conflict',
  AttachDiskWhileBeingDetached: 'Conflict',
  InvalidApiVersionParameter: 'Unsupported',
  NoRegisteredProviderFound: 'Unsupported',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'Invalid',
  401: 'Denied',
  403: 'Denied',
  404: 'NotFound',
  405: 'Unsupported',
  408: 'Unavailable',
  409: 'Conflict',
  412: 'Conflict',
  429: 'Throttled',
};

/** No answer at all. `REQUEST_SEND_ERROR` is the SDK's word for any of them. */
const NETWORK = new Set(['REQUEST_SEND_ERROR', ...NO_ANSWER]);

/** What the identity library throws when it has no token to give. */
const NO_TOKEN = new Set([
  'AuthenticationError',
  'AggregateAuthenticationError',
  'CredentialUnavailableError',
  'AuthenticationRequiredError',
  'ClientAuthError',
]);

const sdkError = z.object({
  name: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  statusCode: z.number().optional(),
  response: z.unknown().optional(),
});
type SdkError = z.infer<typeof sdkError>;

export function classify(error: unknown): { code: ErrorCode; retryAfterMs?: number } {
  if (error instanceof DriverError) return { code: error.code };
  const parsed = sdkError.safeParse(error);
  if (!parsed.success) return { code: 'Unknown' };
  const seconds = Number(retryAfter(parsed.data.response));
  return { code: codeOf(parsed.data), ...(seconds > 0 && { retryAfterMs: seconds * 1000 }) };
}

/** Also of operations and of the instance view, such as `ProvisioningState/failed/AllocationFailed`. `message` tells quota from state. */
export function codeNamed(name: string, message = ''): ErrorCode | undefined {
  // One code for what is over the quota and for what the machine's state forbids: only the text tells.
  if (name === 'OperationNotAllowed') return /\bquota\b/i.test(message) ? 'Quota' : 'Conflict';
  return Object.hasOwn(BY_CODE, name) ? BY_CODE[name] : undefined;
}

function codeOf({ name = '', code = '', message = '', statusCode }: SdkError): ErrorCode {
  if (NO_TOKEN.has(name)) return unreachable(message) ? 'Unavailable' : 'Denied';
  if (NETWORK.has(code)) return 'Unavailable';
  const named = codeNamed(code, message) ?? operationFailure(name, message);
  if (named) return named;
  if (statusCode === undefined) return 'Unknown';
  return BY_STATUS[statusCode] ?? (statusCode >= 500 ? 'Unavailable' : 'Unknown');
}

/** The SDK throws a plain Error for an operation that failed, with the code in its text only. */
function operationFailure(name: string, message: string): ErrorCode | undefined {
  const [, code] = /^The long-running operation has failed\. (\w+)\./.exec(message) ?? [];
  return name === 'Error' && code !== undefined ? codeNamed(code, message) : undefined;
}

/** The authority did not answer: that says nothing about the credentials. */
function unreachable(message: string): boolean {
  return /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|network_error|endpoints_resolution_error)\b/.test(message);
}

const headed = z.object({
  headers: z.custom<{ get(name: string): string | undefined }>((value) => value instanceof Object && 'get' in value && typeof value.get === 'function'),
});
const plain = z.object({ headers: z.record(z.string(), z.unknown()) });

/** The SDKs answer with headers of two kinds. */
function retryAfter(response: unknown): unknown {
  const asked = headed.safeParse(response);
  if (asked.success) return asked.data.headers.get('retry-after');
  const read = plain.safeParse(response);
  return read.success ? read.data.headers['retry-after'] : undefined;
}
