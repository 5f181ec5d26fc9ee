import { z } from 'zod';
import { GceError, NO_TOKEN, UNREACHED } from './errors.ts';

/** Where google-gax keeps the answer as it came: the reasons of Compute Engine stand there only. */
const RAW = Symbol.for('google-gax.rawHttpResponsePayload');
const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;

/** Of whatever copy of fetch it is. */
const headers = z.custom<{ get(name: string): string | null }>(
  (value) => value !== null && typeof value === 'object' && typeof Reflect.get(value, 'get') === 'function',
);

const sdkError = z.object({
  code: z.union([z.number(), z.string()]).optional(),
  httpStatusCode: z.number().optional(),
  reason: z.string().optional(),
  cause: z
    .object({ response: z.object({ headers }).optional() })
    .optional()
    .catch(undefined),
});

const payload = z.object({
  error: z.object({
    message: z.string().optional(),
    status: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

/** Of a call: with what the server said, without what it was asked. */
export function callFailure(error: unknown): GceError {
  if (error instanceof GceError) return error;
  const { code, httpStatusCode: status, reason, cause } = sdkError.safeParse(error).data ?? {};
  const told = payload.safeParse(rawOf(error)).data?.error;
  const reasons = [...(told?.details ?? []), ...(told?.errors ?? []), { reason }].flatMap(({ reason }) => reason ?? []);
  const message = told?.message ?? (error instanceof Error ? error.message : String(error));
  if (status === undefined) return new GceError(message, { reasons: code === UNAVAILABLE || code === DEADLINE_EXCEEDED ? [UNREACHED] : [] });
  const seconds = Number(cause?.response?.headers.get('retry-after') ?? 0);
  return new GceError(message, { status, reasons, ...(seconds > 0 && { retryAfterMs: seconds * 1000 }) });
}

const tokenError = z.object({
  status: z.number().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  response: z.object({ status: z.number() }).optional(),
});

/** Of getting a token: no answer, or one of 5xx, may be another one later; everything else is for a person. */
export function tokenFailure(error: unknown): GceError {
  const { status, response, code } = tokenError.safeParse(error).data ?? {};
  const answered = status ?? response?.status;
  const message = `no access token could be had: ${error instanceof Error ? firstLine(error.message) : String(error)}`;
  const unreached =
    answered === undefined
      ? typeof code === 'string' && /^E[A-Z_]+$/.test(code) && code !== 'ENOENT' && code !== 'EACCES'
      : answered >= 500 || answered === 429;
  return new GceError(message, { status: answered, reasons: [unreached ? UNREACHED : NO_TOKEN] });
}

function rawOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  const raw: unknown = Reflect.get(error, RAW);
  if (typeof raw !== 'string') return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** What follows may be the answer's body. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
