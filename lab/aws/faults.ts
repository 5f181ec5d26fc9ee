/** What goes wrong with the next requests of one action, or of any. */
export interface Fault {
  readonly action?: string;
  /** More of the request that must be so, such as `SubnetId`. */
  readonly where?: Readonly<Record<string, string>>;
  /** How many requests it meets; default 1. */
  readonly times?: number;
  readonly how: How;
}

export type How =
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string; readonly message?: string; readonly retryAfterSeconds?: number }
  /** The work is done and the connection breaks before the answer. */
  | { readonly kind: 'lostReply' }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'slow'; readonly ms: number };

/** As AWS answers: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const REFUSALS = {
  throttle: { kind: 'refuse', status: 503, code: 'RequestLimitExceeded', message: 'Request limit exceeded.' },
  capacity: {
    kind: 'refuse',
    status: 500,
    code: 'InsufficientInstanceCapacity',
    message: 'We currently do not have sufficient capacity in the zone you requested.',
  },
  quota: { kind: 'refuse', status: 400, code: 'VcpuLimitExceeded', message: 'You have requested more vCPU capacity than your current vCPU limit allows.' },
  denied: { kind: 'refuse', status: 403, code: 'UnauthorizedOperation', message: 'You are not authorized to perform this operation.' },
} as const satisfies Readonly<Record<string, How>>;

export class Faults {
  readonly #planted: { readonly fault: Fault; left: number }[] = [];

  plant(fault: Fault): void {
    this.#planted.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#planted.length = 0;
  }

  /** The first that fits this request, spent by it. */
  meet(request: URLSearchParams): How | undefined {
    const found = this.#planted.find(
      ({ fault: { action, where = {} }, left }) =>
        left > 0 && (action ?? request.get('Action')) === request.get('Action') && Object.entries(where).every(([key, value]) => request.get(key) === value),
    );
    if (!found) return undefined;
    found.left--;
    return found.fault.how;
  }
}
