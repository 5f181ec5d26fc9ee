import type { ErrorCode } from '../spec.ts';

/** Why a replica can never run as it was asked to. */
export class BootError extends Error {
  override readonly name = 'BootError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
