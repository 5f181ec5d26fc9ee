import type { ErrorCode } from '../spec.ts';

/** What the operating system's own errors mean. */
export const FAULTS: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'Denied',
  EPERM: 'Denied',
  EROFS: 'Denied',
  ENOSPC: 'Quota',
  EDQUOT: 'Quota',
  EMFILE: 'Quota',
  ENFILE: 'Quota',
  EAGAIN: 'Unavailable',
  ENOMEM: 'Unavailable',
  ETIMEDOUT: 'Unavailable',
  ECONNREFUSED: 'Unavailable',
  ECONNRESET: 'Unavailable',
};
