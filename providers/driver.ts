import type {
  Capabilities,
  ErrorCode,
  Fetchable,
  Found,
  Kind,
  MarkFilter,
  Observation,
  PowerRef,
  PowerState,
  PowerTarget,
  ResourceId,
  Route,
  RouteValue,
  SiteFacts,
  Specs,
} from './spec.ts';

export interface Call {
  /** Aborted on cancellation or time-out. Reject within a second; leave nothing, or something `ensure` will adopt. */
  readonly signal: AbortSignal;
  /** A UUID fixed for this ResourceId: pass it as a cloud's idempotency token. */
  readonly token: string;
  /** sha256 of the spec by reference, kept with the thing: another digest under the same id is a Conflict. */
  readonly digest: string;
}

/** Things the drill makes and removes. No method waits: long work is started, then observed. */
export interface Owned<K extends Kind> {
  /** Starts it, or adopts the one already carrying this id. Throws Conflict if that one was made from another spec. */
  ensure(id: ResourceId, spec: Specs[K], call: Call): Promise<Observation<K>>;
  /** Undefined when there is none; never throws NotFound. */
  observe(id: ResourceId, call: Call): Promise<Observation<K> | undefined>;
  /** Starts removal. Succeeds when it is already gone; Denied when it is there without our mark. */
  remove(id: ResourceId, call: Call): Promise<void>;
  /** Everything at the site that carries this mark, whoever remembers it. */
  list(filter: MarkFilter, call: Call): AsyncIterable<Found>;
}

/** Things that were there before the drill and outlive it: read, changed by compare-and-set, put back. */
export interface Power {
  /** `absent` when nothing is there; never throws NotFound. */
  read(ref: PowerRef, call: Call): Promise<PowerState>;
  /**
   * Starts the change and returns what is then seen, often `changing`. Conflict when `expected` is stale and the
   * wanted power is not already there. `restore` (data set to file) is put in place before a start; what it replaces
   * is kept beside it, never deleted.
   */
  write(ref: PowerRef, to: PowerTarget, expected: string, call: Call, restore?: Readonly<Record<string, Fetchable>>): Promise<PowerState>;
}

export interface Traffic {
  /** NotFound for a route that does not exist; never makes one. */
  read(route: string, call: Call): Promise<Route>;
  /** Established connections are kept. Conflict when `expected` is stale; nothing is changed then. */
  write(route: string, next: RouteValue, expected: string, call: Call): Promise<Route>;
  /** Cuts connections established to these targets; a fence. Absent where the driver cannot. */
  cut?(route: string, targets: RouteValue['targets'], call: Call): Promise<void>;
}

/** What an adapter implements. Errors are thrown raw; `classify` names them. Application code uses Provider. */
export interface Driver {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly owned: { readonly [K in Kind]?: Owned<K> };
  readonly power?: Power;
  readonly traffic?: Traffic;
  inspect?(call: Call): Promise<SiteFacts>;
  /** Whether the credentials for changing may change things here: asks without touching anything, and throws Denied when not. Absent where all may. */
  permitted?(call: Call): Promise<void>;
  /** `said`: the site's own word for it, such as the name of a limit, where the error's message does not say it. */
  classify(error: unknown): { code: ErrorCode; retryAfterMs?: number; said?: string };
  close(): Promise<void>;
}
