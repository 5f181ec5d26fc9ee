import { ADVICE, type Advice, type ErrorCode } from './spec.ts';

/** The only error a Provider throws. Act on `code`; `cause` is the site's own error. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ErrorCode;
  readonly provider: string;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, provider: string, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(`${provider}: ${message} (${code})`, { cause: options.cause });
    this.code = code;
    this.provider = provider;
    this.retryAfterMs = options.retryAfterMs;
  }

  get advice(): Advice {
    return ADVICE[this.code];
  }
}

/** What our own drivers throw where no SDK throws for them. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What Node says where no answer came at all: the same request may succeed later. */
export const NO_ANSWER: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/** What is shorter stands in ordinary text by chance. */
const SHORTEST_SECRET = 4;

/** The text as it may be told: no secret in it, neither as it is nor quoted, URL-encoded, in hex or in Base64, be it in the middle of something longer. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(formsOf);
  return forms
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, form) => rest.replaceAll(form, '***'), text);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Where it stands behind one or two other bytes, its digits are others, and the first and the last of them are not its own.
  const base64 = [0, 1, 2].flatMap((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const own = digits.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), bytes.toString('hex'), ...base64];
}
