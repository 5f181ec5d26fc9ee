import type { Plan } from '../drills/plan.ts';
import { vantageQueue } from '../drills/queues.ts';
import { siteGaps } from '../drills/gaps/sites.ts';
import { type SiteFacts, STANDING } from '../providers/spec.ts';
import type { Activities, Check } from './contract.ts';
import type { Deps } from './deps.ts';
import { newest } from './recovery.ts';
import { roomAt } from './room.ts';
import { signal } from './wrap.ts';

/** A worker that is there polls anew at least once a minute; the server remembers those that are gone for longer. */
const POLLED_WITHIN_SECONDS = 120;
/** As Temporal numbers its kinds of task queues. */
const ACTIVITY_QUEUE = 2;

/** Asks both sites, the route, the store and the runner. The source is advisory where it is about to be lost anyway. */
export const preflightActivities = (deps: Deps): Pick<Activities, 'preflight'> => ({
  async preflight(plan) {
    const checks: Check[] = [];
    const facts: SiteFacts[] = [];
    /** Nothing to say is no check. */
    const look = async (name: string, blocking: boolean, ask: () => Promise<string | undefined>): Promise<void> => {
      try {
        const detail = await ask();
        if (detail !== undefined) checks.push({ name, ok: true, blocking, detail });
      } catch (error) {
        signal().throwIfAborted();
        checks.push({ name, ok: false, blocking, detail: error instanceof Error ? error.message : String(error) });
      }
    };
    const source = plan.mode !== 'unplanned';
    for (const { site } of plan.declaredLost ? [plan.to] : [plan.from, plan.to]) {
      const blocking = site === plan.to.site || source;
      await look(`site ${site}`, blocking, async () => {
        const provider = await deps.site(site);
        const seen = await provider.inspect(signal());
        if (seen) facts.push(seen);
        // A catalogue is kept for a while: that it is known does not say that the site answers now.
        await provider.list({ installation: plan.installation, run: STANDING }, signal());
        return `${provider.name} at ${site} answers`;
      });
    }
    const target = facts.find(({ site }) => site === plan.to.site);
    if (target) await look(`room at ${target.site}`, true, async () => roomAt(target, plan));
    for (const { site, blocking } of written(plan))
      await look(`write access to ${site}`, blocking, async () =>
        (await (await deps.site(site)).permitted(signal())) ? `the write credentials of ${site} may change things` : undefined,
      );
    if (!plan.declaredLost)
      for (const component of plan.components)
        await look(`source ${component.component}`, plan.mode === 'planned', () => standing(deps, plan, component.component));
    for (const component of plan.components) {
      await look(`image of ${component.component}`, component.required, async () => {
        const image = component.images[plan.to.site];
        if (image === undefined) throw new Error(`site ${plan.to.site} maps no image for ${component.component}; add it under sites.${plan.to.site}.images`);
        return `${plan.to.site} has ${image}`;
      });
      for (const [data, set] of Object.entries(component.data))
        await look(`recovery point of ${component.component}/${data}`, set.restore === 'latest', () => recoveryPoint(deps, plan, set.recovery));
      if (component.files) await look(`files of ${component.component}`, true, () => files(deps, component.files));
    }
    for (const route of new Set([plan.route, ...(plan.switches ? [plan.switches] : [])])) {
      await look(`route ${route}`, true, async () => {
        const { targets } = await (await deps.router(route)).readRoute(route, signal());
        return `points at ${targets.map(({ host, port }) => `${host}:${port}`).join(', ') || 'nothing'}`;
      });
    }
    for (const vantage of plan.vantages) await look(`vantage ${vantage}`, true, () => asked(deps, vantage));
    return { checks, gaps: siteGaps(plan, facts) };
  },
});

/** Sites that the drill will change: of credentials that are too weak nobody should learn in its middle. */
function written({ mode, from, to, declaredLost }: Plan): { readonly site: string; readonly blocking: boolean }[] {
  const target = { site: to.site, blocking: true };
  return declaredLost || (mode !== 'planned' && mode !== 'unplanned') ? [target] : [{ site: from.site, blocking: mode === 'planned' }, target];
}

/** A vantage that nobody serves would leave the run waiting for its first answer, and then without an answer. */
async function asked(deps: Deps, vantage: string): Promise<string> {
  const { workflowService } = await deps.client();
  const { pollers } = await workflowService.describeTaskQueue({
    namespace: deps.namespace,
    taskQueue: { name: vantageQueue(vantage) },
    taskQueueType: ACTIVITY_QUEUE,
  });
  const since = Date.now() / 1000 - POLLED_WITHIN_SECONDS;
  const alive = (pollers ?? []).filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) > since);
  if (alive.length === 0) throw new Error(`no worker asks from there; start one with: muster worker --vantage ${vantage}`);
  return `${alive.length === 1 ? 'a worker asks' : `${alive.length} workers ask`} from there`;
}

async function standing(deps: Deps, plan: Plan, component: string): Promise<string> {
  const ref = plan.from.standing[component];
  if (!ref) throw new Error(`nothing says what runs ${component} at ${plan.from.site}`);
  const { power } = await (await deps.site(plan.from.site)).readPower(ref, signal());
  if (power === 'absent') throw new Error(`${component} does not stand at ${plan.from.site}; put it there with: muster deploy`);
  return `${component} at ${plan.from.site} is ${power}`;
}

async function recoveryPoint(deps: Deps, plan: Plan, prefix: { store: string; key: string }): Promise<string> {
  const latest = await newest(deps, prefix);
  if (!latest) throw new Error(`no recovery point under ${prefix.store}:${prefix.key}`);
  const age = (Date.now() - Date.parse(latest.consistentAt)) / 1000;
  const text = `newest recovery point is ${age.toFixed(1)} s old`;
  if (plan.mode === 'rehearse' && age > plan.objectives.rpoSeconds) throw new Error(`${text}, more than the RPO of ${plan.objectives.rpoSeconds} s`);
  return text;
}

async function files(deps: Deps, file: { store: string; key: string } | undefined): Promise<string> {
  if (!file) return 'none';
  const store = await deps.store(file.store);
  for await (const object of store.list(file.key, signal())) if (object.key === file.key) return `${file.store}:${file.key}, ${object.sizeBytes} bytes`;
  throw new Error(`${file.store}:${file.key} is not there`);
}
