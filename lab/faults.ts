import { z } from 'zod';

const how = z.discriminatedUnion('kind', [
  /** Refused as that cloud refuses too many calls. */
  z.strictObject({ kind: z.literal('throttle'), retryAfterSeconds: z.number().positive().optional() }),
  /** No room: refused at once, or in the operation, as that cloud does it. */
  z.strictObject({ kind: z.literal('capacity') }),
  z.strictObject({ kind: z.literal('quota') }),
  z.strictObject({ kind: z.literal('denied') }),
  /** Credentials that have ended. */
  z.strictObject({ kind: z.literal('expired') }),
  /** Any other answer of an error, in that cloud's form. */
  z.strictObject({ kind: z.literal('refuse'), status: z.number().int(), code: z.string(), message: z.string().optional() }),
  /** The work is done and the connection breaks before the answer. */
  z.strictObject({ kind: z.literal('lostReply') }),
  /** The connection breaks before anything is done. */
  z.strictObject({ kind: z.literal('cut') }),
  /** The answer comes later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number() }),
  /** The long-running operation that this call starts takes so much longer. */
  z.strictObject({ kind: z.literal('slowOperation'), ms: z.number() }),
  /** The machine that this call starts runs, and its boot script never does. */
  z.strictObject({ kind: z.literal('bootFailure') }),
]);
export type How = z.infer<typeof how>;

/** What goes wrong with requests that fit; the same words for every cloud of the lab. */
export const fault = z.strictObject({
  /** The cloud's own name of the call, such as `RunInstances`, `compute.instances.insert` or `VirtualMachines_CreateOrUpdate`. Absent: every call. */
  call: z.string().optional(),
  zone: z.string().optional(),
  /** More of the request that must be so: its fields as flat text, `labels.role` of a body, `instance` of a path. */
  where: z.record(z.string(), z.string()).optional(),
  /** How many requests it meets; default 1. A vendor or zone that is down meets `always`. */
  times: z.union([z.number().int().positive(), z.literal('always')]).optional(),
  /** It ends so many seconds after it was planted. */
  forSeconds: z.number().positive().optional(),
  how,
});
export type Fault = z.infer<typeof fault>;

/** A request as faults see it. */
export interface Asked {
  readonly call: string;
  readonly zone?: string;
  readonly fields: Readonly<Record<string, string>>;
}

export class Faults {
  #planted: { readonly fault: Fault; readonly until: number; left: number }[] = [];

  plant(planted: Fault): void {
    const { times = 1, forSeconds = Infinity } = planted;
    this.#planted.push({ fault: planted, until: performance.now() + forSeconds * 1000, left: times === 'always' ? Infinity : times });
  }

  clear(): void {
    this.#planted = [];
  }

  /** The first that fits this request, spent by it. */
  meet({ call, zone, fields }: Asked): How | undefined {
    const found = this.#planted.find(
      ({ fault: { call: wanted = call, zone: place = zone, where = {} }, left, until }) =>
        left > 0 && performance.now() < until && wanted === call && place === zone && Object.entries(where).every(([key, value]) => fields[key] === value),
    );
    if (!found) return undefined;
    found.left--;
    return found.fault.how;
  }
}
