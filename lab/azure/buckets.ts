import { ArmError } from './armError.ts';

type Kind = 'reads' | 'writes' | 'deletes';

/** Per subscription and principal: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
const LIMITS: Readonly<Record<Kind, { readonly size: number; readonly perSecond: number }>> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
};

/** Azure Resource Manager's limits as token buckets. */
export class Buckets {
  readonly #levels = new Map<string, { tokens: number; at: number }>();
  readonly #strict: boolean;

  /** Where they are not strict, they are told and never refuse. */
  constructor(strict: boolean) {
    this.#strict = strict;
  }

  /** Takes one, or refuses; and how many are left as a header. */
  take(method: string, clientId: string): Readonly<Record<string, string>> {
    const kind = kindOf(method);
    const { size, perSecond } = LIMITS[kind];
    const now = performance.now();
    const key = `${kind} ${clientId}`;
    const { tokens, at } = this.#levels.get(key) ?? { tokens: size, at: now };
    const level = Math.min(size, tokens + ((now - at) / 1000) * perSecond);
    const header = `x-ms-ratelimit-remaining-subscription-${kind}`;
    if (this.#strict && level < 1) throw tooMany(kind, String(Math.ceil((1 - level) / perSecond)), { [header]: '0' });
    this.#levels.set(key, { tokens: Math.max(0, level - 1), at: now });
    return { [header]: String(Math.floor(Math.max(0, level - 1))) };
  }
}

function kindOf(method: string): Kind {
  if (method === 'DELETE') return 'deletes';
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'writes';
}

export function tooMany(kind: Kind, seconds: string, headers: Readonly<Record<string, string>>): ArmError {
  return new ArmError(
    429,
    'TooManyRequests',
    `The request is being throttled as the limit has been reached for operation type - ${kind}. For more information, see - https://aka.ms/ARMThrottling. Retry after ${seconds} seconds.`,
    { headers: { 'retry-after': seconds, ...headers } },
  );
}

/** As when nothing is left. */
export function plantedThrottle(method: string, seconds: number): ArmError {
  const kind = kindOf(method);
  return tooMany(kind, String(seconds), { [`x-ms-ratelimit-remaining-subscription-${kind}`]: '0' });
}
