import type { Driver } from '../../providers/driver.ts';
import type { Endpoint, ErrorCode, Fetchable, Kind, Mark, PowerRef, ResourceId, Specs } from '../../providers/spec.ts';

/** What an adapter's test supplies. Making one is cheap: things are put at the site only by the methods that say so. */
export interface Harness {
  /** Each call reaches the same site. */
  driver(): Driver;
  readonly specs: { readonly [K in Kind]?: Pair<K> };
  /** An owner of this harness's own installation, which nobody else uses; another `run`, another owner. */
  mark(run?: string): Mark;
  /** A driver whose next ensure does its work at the site, and whose reply does not arrive. */
  loseNextReply(): Driver | Promise<Driver>;
  /** A driver whose credentials may read and may change nothing. Absent where the site asks for none. */
  weak?(): Driver | Promise<Driver>;
  /** How to make a call fail as the site really fails: rejects with what a Provider throws. `cannot` only where this site never answers so. */
  readonly provoke: Readonly<Record<ErrorCode, 'cannot' | ((attempt: Attempt) => Promise<unknown>)>>;
  /** Puts there what could be taken for the thing of this id: one that lacks our mark, and one of another installation. */
  plantForeign(kind: Kind, id: ResourceId): Promise<Planted>;
  /** How many things are listed at once: more than the site gives on one page. 0 leaves the test out. */
  readonly many: number;
  /** Needed where power is declared. Called once; what it puts there is removed by `close`. */
  standing?(): Promise<Standing>;
  /** Needed where traffic is declared. */
  readonly traffic?: Stretch;
  /** How long one `ensure` may take; default a second. */
  readonly startedWithinMs?: number;
  /** Where machines cost money: everything is taken away after each test instead of at the end, and then this is called. */
  afterEach?(): Promise<void>;
  /** Until a thing is ready, gone, or at another power. */
  readonly readyWithinMs: number;
  readonly pollMs: number;
  /** Values in `specs` and in the driver's own settings that no error and no result may show. */
  readonly secrets: readonly string[];
  /** Closes every driver it gave and takes away what it planted. */
  close(): Promise<void>;
}

export interface Pair<K extends Kind> {
  /** Small and valid. */
  readonly one: Specs[K];
  /** Valid too, and differs from `one` where a thing cannot be changed. */
  readonly other: Specs[K];
  /** The site takes it, and it can never be ready: a file with another sha256, a fence that leaks. */
  readonly doomed?: Specs[K];
}

export interface Attempt {
  /** An id free to use; what is made under it is taken away at the end. */
  id(kind: Kind): ResourceId;
  readonly signal: AbortSignal;
}

export interface Planted {
  /** The site names things after their id, so that the look-alike holds that very name. */
  readonly holdsName: boolean;
  /** Are both there, and as they were? */
  survives(): Promise<boolean>;
}

/** Things that stand there before a drill. */
export interface Standing {
  /** Running. */
  readonly ref: PowerRef;
  /** Running, and the nearest to `ref` that a careless write could touch. */
  readonly bystander: PowerRef;
  /** Nothing stands there. */
  readonly absent: PowerRef;
  /** Needed where restoring on start is declared. */
  readonly restore?: Restore;
}

export interface Restore {
  /** Good files by data set, to be put in place before `ref` starts. */
  readonly files: Readonly<Record<string, Fetchable>>;
  /** Does `ref` now have their content? */
  restored(): Promise<boolean>;
  /** Is what they replaced still kept beside it? */
  kept(): Promise<boolean>;
  /** Where power is that of a machine, which checks files itself: does the program on it run? Absent where power says so. */
  serves?(): Promise<boolean>;
}

/** A route that the suite may switch to and fro. */
export interface Stretch {
  readonly route: string;
  /** No such route exists. */
  readonly missing: string;
  readonly targets: readonly [Endpoint, Endpoint];
  /** A client's connection through the route. Absent where clients do not connect through it (DNS). */
  connect?(): Promise<Connection>;
}

export interface Connection {
  isOpen(): Promise<boolean>;
  close(): Promise<void>;
}
