import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from '../../providers/driver.ts';
import { DriverError } from '../../providers/errors.ts';
import { Provider } from '../../providers/provider.ts';
import { type PowerRef, type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { type Harness, SMALLEST } from '../conformance/index.ts';
import { Guard } from './guarded.ts';
import { installations, open } from './open.ts';
import type { LiveSite } from './siteFile.ts';

const SECRET = 'no-secret-but-tested-as-one-4711';
const READY_WITHIN_MS = 6 * 60_000;
const POLL_MS = 2000;

/** For any provider, over an account as it is: nothing can be broken there on purpose, so most errors cannot be provoked. */
export async function liveHarness(site: LiveSite, type: string, most: number): Promise<Harness> {
  const guard = new Guard(most);
  const { own, foreign } = installations();
  const opened = await Promise.all(Array.from({ length: 3 }, () => open(site, own)));
  const [main, another, lossy] = opened.map((driver) => guard.watch(driver));
  const theirs = await open(site, foreign);
  if (!main || !another || !lossy) throw new Error('no driver was opened');
  const given = [main, another];
  let next = 0;
  const spec: WorkloadSpec = {
    ...SMALLEST.workload,
    image: Object.values(site.images)[0] ?? '',
    boot: ['sleep', '86400'],
    size: { ...SMALLEST.workload.size, native: type },
    ports: { http: 7001 },
    secrets: { TOKEN: SECRET },
  };
  const signal = (): AbortSignal => AbortSignal.timeout(READY_WITHIN_MS);
  const mine = new Provider(main);
  const standing: ResourceId[] = [];
  const planted: { readonly provider: Provider; readonly id: ResourceId }[] = [];

  async function stand(role: string): Promise<PowerRef> {
    const id: ResourceId = { owner: { installation: own, run: STANDING, expires: 'never' }, role, generation: 1 };
    standing.push(id);
    await mine.ensure('workload', id, spec, spec, signal());
    await settled(mine, id);
    return { id };
  }

  return {
    driver: () => given[next++ % given.length] ?? main,
    specs: { workload: { one: spec, other: { ...spec, boot: ['sleep', '86401'] } } },
    mark: (run = hex16()) => ({ installation: own, run, expires: new Date(Date.now() + 4 * 3_600_000).toISOString() }),
    loseNextReply: () => losing(lossy),
    provoke: {
      Throttled: 'cannot',
      Unavailable: 'cannot',
      Capacity: 'cannot',
      Quota: 'cannot',
      Denied: 'cannot',
      NotFound: 'cannot',
      Unknown: 'cannot',
      async Conflict({ id, signal: aborted }) {
        const thing = id('workload');
        await mine.ensure('workload', thing, spec, spec, aborted);
        return mine.ensure('workload', thing, spec, { other: true }, aborted);
      },
      Invalid({ id, signal: aborted }) {
        const wanted = { ...spec, env: { LONG: SECRET.repeat(1000) } };
        return mine.ensure('workload', id('workload'), wanted, wanted, aborted);
      },
      Unsupported({ id, signal: aborted }) {
        const wanted: WorkloadSpec = { ...spec, network: { fence: id('workload') } };
        return mine.ensure('workload', id('workload'), wanted, wanted, aborted);
      },
    },
    /** Of another installation only: what carries no mark is not made in anybody's account. */
    async plantForeign(_, id) {
      const their = { ...id, owner: { ...id.owner, installation: foreign } };
      const provider = new Provider(guard.watch(theirs));
      planted.push({ provider, id: their });
      await provider.ensure('workload', their, spec, spec, signal());
      await settled(provider, their);
      return {
        holdsName: false,
        survives: async () => (await provider.observe('workload', their, signal()))?.phase === 'ready',
      };
    },
    many: 0,
    startedWithinMs: 60_000,
    async afterEach() {
      for (const { provider, id } of planted.splice(0)) await provider.remove('workload', id, signal());
    },
    async standing() {
      const [ref, bystander] = await Promise.all([stand('live/one'), stand('live/one-more')]);
      return { ref, bystander, absent: { id: { owner: { installation: own, run: STANDING, expires: 'never' }, role: 'live/none', generation: 1 } } };
    },
    readyWithinMs: READY_WITHIN_MS,
    pollMs: POLL_MS,
    secrets: [SECRET],
    async close() {
      for (const id of standing) await mine.remove('workload', id, signal());
      await Promise.all([...opened, theirs].map((driver) => driver.close()));
    },
  };
}

async function settled(provider: Provider, id: ResourceId): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MS; ; await sleep(POLL_MS)) {
    const seen = await provider.observe('workload', id, AbortSignal.timeout(60_000));
    if (seen?.phase === 'ready') return;
    if (seen?.phase === 'failed') throw new Error(`${id.role} failed: ${seen.code}: ${seen.detail}`);
    if (Date.now() > end) throw new Error(`${id.role} is not ready`);
  }
}

/** Does its work, and the answer does not arrive. */
function losing(driver: Driver): Driver {
  const { workload } = driver.owned;
  if (!workload) throw new Error('it has no workload');
  let lost = false;
  return {
    ...driver,
    owned: {
      workload: {
        ...workload,
        async ensure(...call) {
          const seen = await workload.ensure(...call);
          if (lost) return seen;
          lost = true;
          throw new DriverError('Unavailable', 'the answer was thrown away by the test');
        },
      },
    },
  };
}
