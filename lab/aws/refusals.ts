import type { How } from '../faults.ts';
import type { Answer } from './upstream.ts';
import { errorXml } from './xml.ts';

type Refusing = Extract<How['kind'], 'throttle' | 'capacity' | 'quota' | 'denied' | 'expired'>;

/** As AWS answers: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const AS_AWS: Readonly<Record<Refusing, { readonly status: number; readonly code: string; readonly message: string }>> = {
  throttle: { status: 503, code: 'RequestLimitExceeded', message: 'Request limit exceeded.' },
  capacity: {
    status: 500,
    code: 'InsufficientInstanceCapacity',
    message: 'We currently do not have sufficient capacity in the zone you requested.',
  },
  quota: { status: 400, code: 'VcpuLimitExceeded', message: 'You have requested more vCPU capacity than your current vCPU limit allows.' },
  denied: { status: 403, code: 'UnauthorizedOperation', message: 'You are not authorized to perform this operation.' },
  expired: { status: 400, code: 'RequestExpired', message: 'Request has expired.' },
};

/** The answer of a fault that refuses; undefined for one that does something else. */
export function refusal(how: How): Answer | undefined {
  if (how.kind === 'refuse') return { status: how.status, body: errorXml(how.code, how.message ?? how.code) };
  if (!Object.hasOwn(AS_AWS, how.kind)) return undefined;
  const { status, code, message } = AS_AWS[how.kind as Refusing];
  const wait = how.kind === 'throttle' ? how.retryAfterSeconds : undefined;
  return { status, body: errorXml(code, message), ...(wait !== undefined && { headers: { 'retry-after': String(wait) } }) };
}
