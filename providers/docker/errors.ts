import { z } from 'zod';
import { DriverError } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'Invalid',
  401: 'Denied',
  403: 'Denied',
  404: 'NotFound',
  409: 'Conflict',
  429: 'Throttled',
  503: 'Unavailable',
};

/** Podman answers 500 to most of what Docker has a status for. */
const BY_MESSAGE: readonly (readonly [RegExp, ErrorCode])[] = [
  [/is already in use|already exists|already used|is being used|has active endpoints|has associated containers|state improper/i, 'Conflict'],
  [/is already allocated|address already in use/i, 'Unavailable'],
  [/no such (image|container|volume|network)|not found: no such|image not known|network not found/i, 'NotFound'],
  [/no space left on device|cannot allocate memory|IPAM error: failed to find free IP|no available IPv4/i, 'Capacity'],
  [/pids limit|too many open files|quota/i, 'Quota'],
  [
    /executable file not found|no such file or directory.*exec|invalid (reference|mount|IP)|not in any subnet|requested static ip|no configured subnet/i,
    'Invalid',
  ],
];

const NETWORK: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'Unavailable',
  ECONNRESET: 'Unavailable',
  EPIPE: 'Unavailable',
  ENOENT: 'Unavailable',
  ENOTFOUND: 'Unavailable',
  EAI_AGAIN: 'Unavailable',
  ETIMEDOUT: 'Unavailable',
  EHOSTUNREACH: 'Unavailable',
  ENETUNREACH: 'Unavailable',
  EACCES: 'Denied',
};
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_OSSL_|EPROTO)/;

const raw = z.object({ statusCode: z.number().optional(), code: z.string().optional(), message: z.string().optional() });

export function classify(error: unknown): { code: ErrorCode } {
  if (error instanceof DriverError) return { code: error.code };
  const parsed = raw.safeParse(error);
  return { code: parsed.success ? codeOf(parsed.data) : 'Unknown' };
}

function codeOf({ statusCode, code = '', message = '' }: z.infer<typeof raw>): ErrorCode {
  if (TLS.test(code)) return 'Denied';
  const network = Object.hasOwn(NETWORK, code) ? NETWORK[code] : undefined;
  if (network) return network;
  if (statusCode === undefined) return 'Unknown';
  if (statusCode !== 500) return BY_STATUS[statusCode] ?? 'Unknown';
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? 'Unknown';
}

export function isCode(error: unknown, code: ErrorCode): boolean {
  return classify(error).code === code;
}

/** It was so already. */
export function isNoChange(error: unknown): boolean {
  const parsed = raw.safeParse(error);
  return parsed.success && parsed.data.statusCode === 304;
}
