import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, it } from 'vitest';
import type { Check } from '../../activities/contract.ts';
import type { Deps } from '../../activities/deps.ts';
import { preflightActivities } from '../../activities/preflight.ts';
import type { Plan } from '../../drills/plan.ts';
import { Provider } from '../../providers/provider.ts';
import type { SiteFacts } from '../../providers/spec.ts';
import { samplePlan } from '../drills/samplePlan.ts';
import { SMALLEST } from '../conformance/index.ts';

const { network: _, image: __, data: ___, files: ____, ...smallest } = SMALLEST.workload;
const plan: Plan = samplePlan('unplanned', {
  vantages: [],
  components: [{ ...smallest, workload: 'orders', component: 'db', images: { 'onprem-ams': 'host' }, data: {}, needs: [], required: true, replicas: 3 }],
});

const facts = (site: string, change: Partial<SiteFacts>): SiteFacts => ({
  site,
  provider: 'some',
  vendor: 'self',
  location: 'here',
  emulated: true,
  shapes: [{ name: 'small', cpu: 1, memoryBytes: 2 ** 30, arch: 'amd64' }],
  images: {},
  ...change,
});

/** Two sites that answer, of which the target tells this. */
function deps(target: Partial<SiteFacts>): Deps {
  const absent = () => Promise.reject(new Error('there is none'));
  return {
    installation: 'acme-dr',
    sites: [],
    routes: [],
    stores: [],
    projectFolder: '',
    namespace: 'default',
    client: absent,
    router: absent,
    store: absent,
    storeUrl: () => '',
    secret: absent,
    environment: () => ({}),
    runFolder: () => '',
    site: async (site) =>
      new Provider({
        name: site,
        capabilities: plan.to.capabilities,
        owned: {},
        inspect: async () => facts(site, site === 'onprem-ams' ? target : { quotas: [{ name: 'machines', limit: 0, used: 0, unit: 'machines' }] }),
        classify: () => ({ code: 'Unknown' }),
        close: async () => undefined,
      }),
  };
}

const room = async (target: Partial<SiteFacts>) => {
  const { preflight } = preflightActivities(deps(target));
  const seen: Check[] = [];
  await new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(async () => {
    const { checks } = await preflight(plan);
    seen.push(...checks);
  });
  return seen.filter(({ name }) => name.startsWith('room at'));
};

it('a preflight blocks a drill that cannot fit at the target, with the figures', async () => {
  expect(await room({ quotas: [{ name: 'machines', limit: 5, used: 3, unit: 'machines' }] })).toEqual([
    { name: 'room at onprem-ams', ok: false, blocking: true, detail: expect.stringContaining('quota machines has 2 machines left of 5, 3 are needed') },
  ]);
});

it('a preflight says what it has counted, and nothing where nothing is told', async () => {
  expect(await room({ quotas: [{ name: 'machines', limit: 9, used: 3, unit: 'machines' }] })).toMatchObject([
    { ok: true, detail: expect.stringContaining('machines 3 of 6') },
  ]);
  expect(await room({})).toEqual([]);
});
