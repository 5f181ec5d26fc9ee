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
