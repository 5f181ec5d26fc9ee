import type { Json } from './json.ts';

export interface Agent {
  readonly host: string;
  readonly cpus: number;
  readonly mem: number;
}

/** An instance of an app, on an agent. */
export interface Task {
  readonly id: string;
  readonly appId: string;
  readonly version: string;
  readonly agent: Agent;
  readonly ports: readonly number[];
  readonly cpus: number;
  readonly mem: number;
  readonly stagedAt: string;
  startedAt?: string;
  state: 'TASK_STAGING' | 'TASK_RUNNING' | 'TASK_KILLING';
  /** Undefined until a health check has answered. */
  healthy?: boolean;
}

export interface App {
  readonly id: string;
  definition: Json;
  version: string;
  lastScalingAt: string;
  lastConfigChangeAt: string;
  lastFailure?: Json;
  /** Milliseconds since the epoch: since when it lacks tasks. */
  since: number;
  /** How often its tasks failed one after the other, and until when none is launched. */
  failures: number;
  notBefore: number;
  /** Faults of the lab: no offer fits it; its tasks fail. */
  noOffers: boolean;
  fails: boolean;
}

export interface Deployment {
  readonly id: string;
  readonly version: string;
  readonly appId: string;
  readonly action: 'StartApplication' | 'StopApplication' | 'ScaleApplication' | 'RestartApplication';
  /** Milliseconds since the epoch: it is not over before. */
  readonly notBefore: number;
  /** What was there before. */
  readonly before: { readonly definition: Json } | undefined;
}

export interface World {
  readonly agents: readonly Agent[];
  readonly apps: Map<string, App>;
  /** By app: each version that ever was, the oldest first. Gone with the app. */
  readonly versions: Map<string, Map<string, Json>>;
  readonly tasks: Map<string, Task>;
  readonly deployments: Map<string, Deployment>;
  readonly stageMs: number;
  readonly healthMs: number;
  readonly killMs: number;
  readonly mostDeployments: number;
}
