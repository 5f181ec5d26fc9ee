import { z } from 'zod';
import { NO_ANSWER } from '../errors.ts';
import { reasonOf } from '../reason.ts';
import type { ErrorCode } from '../spec.ts';

/** By the error's name, which is S3's code. */
const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  NoSuchKey: 'NotFound',
  NoSuchBucket: 'NotFound',
  NotFound: 'NotFound',
  PreconditionFailed: 'Conflict',
  ConditionalRequestConflict: 'Conflict',
  OperationAborted: 'Conflict',
  AccessDenied: 'Denied',
  InvalidAccessKeyId: 'Denied',
  SignatureDoesNotMatch: 'Denied',
  ExpiredToken: 'Denied',
  InvalidToken: 'Denied',
  RequestTimeTooSkewed: 'Denied',
  CredentialsProviderError: 'Denied',
  SlowDown: 'Throttled',
  Throttling: 'Throttled',
  ThrottlingException: 'Throttled',
  RequestLimitExceeded: 'Throttled',
  TooManyRequests: 'Throttled',
  TimeoutError: 'Unavailable',
  RequestTimeout: 'Unavailable',
  InternalError: 'Unavailable',
  ServiceUnavailable: 'Unavailable',
  PermanentRedirect: 'Invalid',
  AuthorizationHeaderMalformed: 'Invalid',
  NotImplemented: 'Unsupported',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  301: 'Invalid',
  400: 'Invalid',
  401: 'Denied',
  403: 'Denied',
  404: 'NotFound',
  405: 'Unsupported',
  409: 'Conflict',
  412: 'Conflict',
  413: 'Invalid',
  429: 'Throttled',
  501: 'Unsupported',
  507: 'Quota',
};

const sdkError = z.object({
  name: z.string().optional(),
  code: z.string().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  $retryable: z.object({ throttling: z.boolean().optional() }).optional(),
});

/** An answer without a document is all the SDK calls an UnknownError. */
export function messageOf(error: unknown): string {
  const parsed = sdkError.safeParse(error);
  const status = parsed.success ? parsed.data.$metadata?.httpStatusCode : undefined;
  return error instanceof Error && error.message === 'UnknownError' && status !== undefined ? `it answered ${status}` : reasonOf(error);
}

export function codeOf(error: unknown): ErrorCode {
  const parsed = sdkError.safeParse(error);
  if (!parsed.success) return 'Unknown';
  const { name, code, $metadata, $retryable } = parsed.data;
  const named = name === undefined ? undefined : BY_NAME[name];
  if (named) return named;
  if ($retryable?.throttling) return 'Throttled';
  if (code !== undefined && NO_ANSWER.includes(code)) return 'Unavailable';
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return 'Unknown';
  return BY_STATUS[status] ?? (status >= 500 ? 'Unavailable' : 'Unknown');
}
