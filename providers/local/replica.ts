import { fileURLToPath } from 'node:url';
import type { Endpoint, ErrorCode } from '../spec.ts';
import { withoutSecrets } from '../errors.ts';
import { isAlive, type ProcessIdentity, signal, signalGroup, spawnDetached } from '../processes.ts';
import { PATH } from './command.ts';
import { exists, readJson } from './json.ts';
import { files, replicaDir } from './layout.ts';
import { lastWords, logTail, sizeOf } from './logTail.ts';
import { latest, type Numbered, replace } from './numbered.ts';
import type { BootOrder } from './order.ts';
import { POWER } from './plan.ts';
import { type Plan, planRecord, type Ports, portsRecord, type PowerRecord, powerRecord, type ReplicaState, replicaState, supervisorRecord } from './records.ts';

const BOOT = fileURLToPath(new URL('boot.ts', import.meta.url));
/** A supervisor that need not compile itself starts in a third of the time. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/muster', import.meta.url));
const SUPERVISOR = 'supervisor';
/** What is seen of one replica. `idle` = nothing of it runs and nothing went wrong. */
export type Seen = { readonly ports: Ports; readonly supervisor?: ProcessIdentity; readonly child?: ProcessIdentity } & (
  | { readonly is: 'idle' }
  | { readonly is: 'underway'; readonly detail: string }
  | { readonly is: 'running' }
  | { readonly is: 'failed'; readonly code: ErrorCode; readonly detail: string }
);

export async function seeReplica(thing: string, replica: number): Promise<Seen> {
  const directory = replicaDir(thing, replica);
  const boots = await latest(directory, SUPERVISOR, supervisorRecord);
  const alive = boots !== undefined && (await isAlive(boots.value.identity));
  // After the question whether it lives: what it wrote last before it ended is then there.
  const state = await readJson(files.state(directory), replicaState);
  const ports = (await readJson(files.ports(directory), portsRecord)) ?? {};
  if (!boots) return { is: 'idle', ports };
  const mine = state?.supervisor === boots.value.identity.start ? state : undefined;
  const known = { ports, ...(alive && { supervisor: boots.value.identity }), ...(mine?.child && { child: mine.child }) };
  if (alive) return { ...known, ...whileAlive(mine) };
  if (mine?.state === 'failed') return { ...known, is: 'failed', code: mine.code, detail: mine.detail };
  if (mine?.state === 'stopped') return { ...known, is: 'idle' };
  const plan = await readJson(files.plan(thing), planRecord);
  const said = withoutSecrets(await logTail(files.log(directory), boots.value.logFrom), Object.values(plan?.spec.secrets ?? {}));
  // It ended before it was told anything, or was killed at once: the next ensure boots it.
  if (!mine && said.trim() === '') return { ...known, is: 'idle' };
  const how = mine ? 'its processes ended without being stopped' : 'its supervisor could not be started';
  return { ...known, is: 'failed', code: 'Unavailable', detail: `${how}; the last they said: ${lastWords(said)}` };
}

function whileAlive(
  state: ReplicaState | undefined,
): { is: 'underway'; detail: string } | { is: 'running' } | { is: 'failed'; code: ErrorCode; detail: string } {
  if (!state) return { is: 'underway', detail: 'starting' };
  switch (state.state) {
    case 'running':
      return { is: 'running' };
    case 'failed':
      return { is: 'failed', code: state.code, detail: state.detail };
    case 'stopped':
      return { is: 'underway', detail: 'stopping' };
    default:
      return { is: 'underway', detail: state.detail ? `${state.state}: ${state.detail}` : state.state };
  }
}

/**
 * Starts its supervisor, for this state of power. Of two who do so at once only one gets its order; the other ends and has done nothing.
 * It is registered before it is seen that power is still the same: whoever changes power meanwhile finds it and ends it.
 */
export async function bootReplica(thing: string, replica: number, plan: Plan, power: Numbered<PowerRecord>): Promise<void> {
  const directory = replicaDir(thing, replica);
  const { mark } = plan;
  const current = await latest(directory, SUPERVISOR, supervisorRecord);
  if (current && (await isAlive(current.value.identity))) return;
  const env = { ...mark, MUSTER_REPLICA: String(replica), PATH, NODE_COMPILE_CACHE: COMPILED };
  const logFrom = await sizeOf(files.log(directory));
  const { child, identity } = await spawnDetached(process.execPath, [BOOT], { cwd: directory, env, log: files.log(directory), mark, pipe: true });
  child.stdin?.on('error', () => {});
  const first = await replace(directory, SUPERVISOR, current?.version ?? 0, { identity, logFrom });
  const wanted = first && !(await exists(files.removing(thing))) && (await latest(thing, POWER, powerRecord))?.version === power.version;
  child.stdin?.end(wanted ? `${JSON.stringify(orderOf(thing, replica, plan, power.value))}\n` : undefined);
  child.unref();
}

function orderOf(thing: string, replica: number, plan: Plan, { restore, since }: PowerRecord): BootOrder {
  return { plan, thing, replica, ...(restore && { restore: { files: restore, stamp: since } }) };
}

/** Asks it to end by itself. */
export async function stopReplica({ supervisor }: Seen): Promise<void> {
  if (supervisor) await signal(supervisor, 'SIGTERM');
}

/** As if the power failed: supervisor first, so that it starts nothing again and gives nothing back. */
export async function killReplica({ supervisor, child }: Seen): Promise<void> {
  if (supervisor) await signalGroup(supervisor, 'SIGKILL');
  if (child) await signalGroup(child, 'SIGKILL');
}

export function endpointsOf(seen: readonly Seen[], address: string): Record<string, Endpoint[]> {
  const names = Object.keys(seen[0]?.ports ?? {});
  return Object.fromEntries(
    names.map((name) => [name, seen.flatMap(({ ports }) => (ports[name] === undefined ? [] : [{ host: address, port: ports[name] }]))]),
  );
}
