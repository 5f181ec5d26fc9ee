/** The words shared by drills, workflows, activities and drivers. Pure: imports nothing, so it is safe in the workflow sandbox. */

/** Whose a created thing is. It carries this from its first moment. */
export interface Mark {
  readonly installation: string;
  /** 16 hex digits made from namespace and workflow id (`drills/mark.ts`), or `standing` for what outlives every drill. */
  readonly run: string;
  /** ISO instant after which a sweeper may take it, or `never` for standing things. Not part of the identity. */
  readonly expires: string;
}

export const STANDING = 'standing';

/** A name we choose before calling the site, so that a lost reply can be found again. */
export interface ResourceId {
  readonly owner: Mark;
  /** What it is for: `<workload>/<component>`, or `fence` for a drill's own network. */
  readonly role: string;
  /** Raised by the workflow to replace a failed resource; never reused. */
  readonly generation: number;
}

/** What to list: everything of an installation, or of one of its runs. */
export interface MarkFilter {
  readonly installation: string;
  readonly run?: string;
}

export interface Found {
  readonly kind: Kind;
  readonly id: ResourceId;
  /** For people and reports. Never a key. */
  readonly nativeId: string;
}

/** A file in a store, by reference: what histories hold. */
export interface Locator {
  readonly store: string;
  readonly key: string;
  readonly sha256: string;
}

/** The same file as a driver gets it. The URL may carry a signature: never log it. */
export interface Fetchable {
  readonly url: string;
  readonly sha256: string;
}

/** Where a `writer: single` data set keeps its storage lease: an object in the store, taken and renewed by compare-and-set. */
export interface Lease<At = string> {
  readonly at: At;
  /** Where it is written, if not at `at`: a signed URL serves one method only. */
  readonly put?: At;
  readonly ttlSeconds: number;
}

export interface DataSet<File = Fetchable, At = string> {
  readonly sizeBytes: number;
  /** Put there before the first boot; absent = starts empty. */
  readonly restore?: File;
  /** Where the workload puts its recovery points; `${self.recovery.<name>}` in env. */
  readonly recovery: At;
  readonly lease?: Lease<At>;
}

export interface Size {
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly arch: readonly string[];
  /** An explicit native size wins over the nearest that fits. */
  readonly native?: string;
}

/**
 * One component. `File` and `At` are references (`Locator`, `ObjectRef`) in histories and URLs in drivers.
 * `env` may hold `${self.…}`: only the driver or the boot knows those.
 */
export interface WorkloadSpec<File = Fetchable, At = string> {
  readonly workload: string;
  readonly component: string;
  /** The site's own reference for the image alias; empty where the site's hosts are the image. */
  readonly image: string;
  readonly files?: File;
  readonly boot: readonly string[];
  readonly replicas: number;
  readonly size: Size;
  readonly ports: Readonly<Record<string, number>>;
  readonly env: Readonly<Record<string, string>>;
  /** Environment name to secret: a reference in histories, the value in drivers. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, DataSet<File, At>>>;
  /** A drill's own fence, or the site's standing network. */
  readonly network: { readonly fence: ResourceId } | 'site';
}

/** An object in a store that need not exist yet. */
export interface ObjectRef {
  readonly store: string;
  readonly key: string;
}

export interface NetworkSpec {
  readonly egress: 'denied';
  /** Known to be reachable from the site: the fence is ready only when none of them can be reached from inside. */
  readonly witnesses: readonly Endpoint[];
}

export interface Specs {
  workload: WorkloadSpec;
  network: NetworkSpec;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Statuses {
  /** One endpoint a replica, by port name. */
  workload: { readonly endpoints: Readonly<Record<string, readonly Endpoint[]>> };
  /** `denied` lists what was tried from inside and could not be reached. */
  network: { readonly denied: readonly Endpoint[] };
}

export type Kind = keyof Specs;
export const KINDS: readonly Kind[] = ['workload', 'network'];

export type Observation<K extends Kind = Kind> = {
  readonly id: ResourceId;
  /** For people and reports. Never a key. */
  readonly nativeId: string;
} & (
  | { readonly phase: 'pending' | 'removing'; readonly detail?: string }
  /** `notes`: what people should know of how it came to stand there, such as another zone or size than wanted. A drill tells them as findings. */
  | { readonly phase: 'ready'; readonly status: Statuses[K]; readonly notes?: readonly string[] }
  | { readonly phase: 'failed'; readonly code: ErrorCode; readonly detail: string }
);

/** What a drill borrows: something that Muster deployed, or something found by the operator's own selector. */
export type PowerRef = { readonly id: ResourceId } | { readonly selector: string };

/** `cut` stops without shutting down, as if the power failed; it reads back as `stopped`. */
export type PowerTarget = 'running' | 'stopped' | 'cut' | 'isolated';

/** What each target reads back as, once it is done. */
export const READS_AS = { running: 'running', stopped: 'stopped', cut: 'stopped', isolated: 'isolated' } as const satisfies Readonly<
  Record<PowerTarget, PowerState['power']>
>;

export interface PowerState {
  readonly power: 'running' | 'stopped' | 'isolated' | 'changing' | 'absent';
  /** Changes with every change of power; hand it back to `write`. */
  readonly version: string;
  readonly endpoints: Readonly<Record<string, readonly Endpoint[]>>;
  readonly detail?: string;
}

export interface Route {
  readonly targets: readonly (Endpoint & { readonly weight: number })[];
  readonly ttlSeconds: number;
  /** Changes on every write; hand it back to `write` so that a change made by someone else is never overwritten. */
  readonly version: string;
}
export type RouteValue = Omit<Route, 'version'>;

/** What a driver can do, as plain data, so that a drill is checked against it before anything is touched. */
export interface Capabilities {
  /** Whose it is, for gaps: `aws`, `gcp`, `azure`, or `self` for the user's own racks. */
  readonly vendor: string;
  readonly kinds: readonly Kind[];
  /** Which power targets it can write; empty = none. */
  readonly power: readonly PowerTarget[];
  /** A power write to `running` may carry recovery points to restore first. Failback with data needs it. */
  readonly restoresOnStart: boolean;
  /** Can switch routes; `cuts` = can also cut established connections. */
  readonly traffic?: { readonly cuts: boolean };
  /** Only a lab or one machine playing a site: such a record is no evidence. */
  readonly emulated: boolean;
}

/** A size a site offers. */
export interface Shape {
  readonly name: string;
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly arch: string;
  /** Many components share it, as on a host: being larger than asked costs nothing. */
  readonly shared?: boolean;
}

export interface ImageFacts {
  /** The site's own reference. */
  readonly ref: string;
  /** `host`, `oci`, `disk:raw`, `disk:vhd`, or `native:<vendor>` for what only that vendor can read. */
  readonly format: string;
  readonly arch: readonly string[];
  /** Vendors or places that hold a copy. */
  readonly copies: readonly string[];
  /** Regions of its vendor that hold it; absent = not told. */
  readonly regions?: readonly string[];
  /** How it can boot; absent = not told. */
  readonly boot?: readonly BootMode[];
  /** ISO instant; absent = not told. */
  readonly createdAt?: string;
  /** Whether its vendor gives it out in a form that others read; absent = unknown. */
  readonly exportable?: boolean;
  /** Encryption keys without which it is of no use. */
  readonly keys?: readonly string[];
}

export type BootMode = 'bios' | 'uefi';

/** What a site lets its user have at once. */
export interface Quota {
  /** As the site calls it. */
  readonly name: string;
  readonly limit: number;
  readonly used: number;
  readonly unit: 'cpu' | 'machines';
  /** Names of the shapes that count in it; absent = all. */
  readonly shapes?: readonly string[];
}

/** Where machines of a site get their addresses. */
export interface NetworkFacts {
  /** The site's own reference. */
  readonly ref: string;
  readonly zone?: string;
  /** Absent = not told. */
  readonly freeAddresses?: number;
}

/** What `inspect` reports: normalised, vendor-free facts for preflight and gaps. */
export interface SiteFacts {
  readonly site: string;
  readonly provider: string;
  readonly vendor: string;
  /** Where it stands, in the operator's words. */
  readonly location: string;
  readonly emulated: boolean;
  /** Empty = the site does not tell. */
  readonly shapes: readonly Shape[];
  readonly images: Readonly<Record<string, ImageFacts>>;
  /** Absent = not told: by the site, or to these credentials. */
  readonly quotas?: readonly Quota[];
  readonly networks?: readonly NetworkFacts[];
  /** What machines there act as towards their vendor. */
  readonly identities?: readonly string[];
  /** Shapes that the operator has fixed, by `<workload>/<component>`. */
  readonly fixedShapes?: Readonly<Record<string, string>>;
}

export const ErrorCode = {
  Throttled: 'Throttled',
  Unavailable: 'Unavailable',
  Capacity: 'Capacity',
  Quota: 'Quota',
  NotFound: 'NotFound',
  Conflict: 'Conflict',
  Denied: 'Denied',
  Invalid: 'Invalid',
  Unsupported: 'Unsupported',
  Unknown: 'Unknown',
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

export type Advice = 'retry' | 'elsewhere' | 'stop';

/** Who should try again: Temporal (`retry`), the workflow with another place or size (`elsewhere`), or a person (`stop`). */
export const ADVICE: Readonly<Record<ErrorCode, Advice>> = {
  Throttled: 'retry',
  Unavailable: 'retry',
  Unknown: 'retry',
  Capacity: 'elsewhere',
  Quota: 'elsewhere',
  NotFound: 'stop',
  Conflict: 'stop',
  Denied: 'stop',
  Invalid: 'stop',
  Unsupported: 'stop',
};
