import type { How } from '../../faults.ts';
import type { Json } from '../json.ts';
import type { Failure } from '../operations.ts';
import type { World } from '../world.ts';

/** A request that fits the document and that its principal may make. */
export interface Call {
  readonly world: World;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly user: string;
  /** The fault that is for the work itself, not for the answer. */
  readonly how: How | undefined;
  /** The fault that this request meets in one zone of those that it reaches. */
  meetIn(zone: string): How | undefined;
}

export type Handler = (call: Call) => Json | Promise<Json>;

/** One of the document's path parameters, which `routed` has found there. */
export function given({ parameters }: Call, name: string): string {
  const value = parameters[name];
  if (value === undefined) throw new Error(`the path has no ${name}`);
  return value;
}

export function operationMs({ world, how }: Call): number {
  return world.operationMs + (how?.kind === 'slowOperation' ? how.ms : 0);
}

/** Fails with what was decided when the request came, after the time that the operation takes. */
export function failing(failure: Failure): { readonly finish: () => Failure } {
  return { finish: () => failure };
}
