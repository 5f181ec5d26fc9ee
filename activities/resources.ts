import { ApplicationFailure } from '@temporalio/activity';
import { ProviderError } from '../providers/errors.ts';
import type { Endpoint, ErrorCode, Kind, Observation } from '../providers/spec.ts';
import type { Activities, EnsureInput, Ready } from './contract.ts';
import type { Deps } from './deps.ts';
import { unhealthy } from './health.ts';
import { resolveSpec } from './resolve.ts';
import { until } from './waiting.ts';
import { signal } from './wrap.ts';

type Part = Pick<Activities, 'ensureReady' | 'remove' | 'leftovers' | 'emptyPrefix'>;

export const resourceActivities = (deps: Deps): Part => ({
  async ensureReady<K extends Kind>(input: EnsureInput<K>): Promise<Ready<K>> {
    const { site, kind, id, spec, withinSeconds, health } = input;
    const provider = await deps.site(site);
    const resolved = await resolveSpec(deps, kind, spec, input.signedAt);
    const start = (): Promise<Observation<K>> => provider.ensure(kind, id, resolved, spec, signal());
    await start();
    let last = 'nothing was seen';
    const observation = await until(
      async () => {
        const seen: Observation<K> | undefined = await provider.observe(kind, id, signal());
        if (seen?.phase === 'failed' && !(await movesOn(seen, start))) throw failed(seen.code, `${id.role} at ${site}: ${seen.detail}`);
        if (seen && seen.phase !== 'ready') last = `${seen.phase}${seen.detail ? `: ${seen.detail}` : ''}`;
        if (!seen) last = 'it is gone';
        return seen?.phase === 'ready' ? seen : undefined;
      },
      withinSeconds,
      signal(),
    );
    if (!observation) throw failed('Unavailable', `${id.role} at ${site} was not ready within ${withinSeconds} s: ${last}`);
    const readyAt = new Date().toISOString();
    if (health) await healthyWithin(deps, input, health, endpointsOf(observation));
    return { observation, readyAt, healthyAt: new Date().toISOString() };
  },

  async remove({ site, kind, id, routes }) {
    const provider = await deps.site(site);
    const seen = await provider.observe(kind, id, signal());
    if (seen) await refuseIfServing(deps, routes, seen);
    await provider.remove(kind, id, signal());
    const gone = await until(
      async () => {
        if (!(await provider.observe(kind, id, signal()))) return true;
        await provider.remove(kind, id, signal());
        return undefined;
      },
      60,
      signal(),
    );
    if (!gone) throw new ProviderError('Unavailable', provider.name, `${id.role} at ${site} is still there a minute after it was removed`);
    return seen ? { nativeId: seen.nativeId } : {};
  },

  async leftovers({ site, filter }) {
    try {
      const provider = await deps.site(site);
      return { found: await provider.list(filter, signal()), detail: `looked at ${site} at ${new Date().toISOString()}` };
    } catch (error) {
      signal().throwIfAborted();
      return { found: 'unknown', detail: `${site} could not be seen: ${error instanceof Error ? error.message : String(error)}` };
    }
  },

  async emptyPrefix({ prefix }) {
    if (!/^drill\/[0-9a-f]{16}\//.test(prefix.key)) throw ApplicationFailure.nonRetryable(`${prefix.key} is not a drill's own prefix`, 'Invalid');
    const store = await deps.store(prefix.store);
    let count = 0;
    for await (const object of store.list(prefix.key, signal())) {
      await store.remove(object.key, signal());
      count++;
    }
    return count;
  },
});

export async function healthyWithin(
  deps: Deps,
  { site, id }: EnsureInput,
  health: NonNullable<EnsureInput['health']>,
  endpoints: Readonly<Record<string, readonly Endpoint[]>>,
): Promise<void> {
  let why: string | undefined = 'not asked yet';
  const healthy = await until(
    async () => {
      why = await unhealthy(endpoints, health, signal());
      return why === undefined ? true : undefined;
    },
    health.withinSeconds,
    signal(),
  );
  if (!healthy) throw failed('Unavailable', `${id.role} at ${site} was not healthy within ${health.withinSeconds} s: ${why}`);
}

/** Safety rule 4: what a route points at is never removed, whoever asks. */
async function refuseIfServing(deps: Deps, routes: readonly string[], seen: Observation): Promise<void> {
  if (seen.phase !== 'ready') return;
  const mine = new Set(
    Object.values(endpointsOf(seen))
      .flat()
      .map(({ host, port }) => `${host}:${port}`),
  );
  for (const route of routes) {
    const router = await deps.router(route);
    const { targets } = await router.readRoute(route, signal());
    const hit = targets.find(({ host, port }) => mine.has(`${host}:${port}`));
    if (hit) throw new ProviderError('Denied', router.name, `${seen.id.role} is not removed: route ${route} points at ${hit.host}:${hit.port}`);
  }
}

function endpointsOf(seen: Extract<Observation, { phase: 'ready' }>): Readonly<Record<string, readonly Endpoint[]>> {
  return 'endpoints' in seen.status ? seen.status.endpoints : {};
}

/** A cloud may find out late that a zone is full: asked again, its driver goes to the next one, if there is one. */
async function movesOn(seen: Observation & { readonly phase: 'failed' }, start: () => Promise<Observation>): Promise<boolean> {
  if (seen.code !== 'Capacity') return false;
  const again = await start().catch((error: unknown) => {
    if (error instanceof ProviderError && error.advice !== 'retry') return seen;
    throw error;
  });
  return again.phase !== 'failed';
}

/** The workflow decides what comes next (another generation, another place): Temporal must not try again. */
function failed(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable: true });
}
