import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnsureInput, Ready } from '../../activities/contract.ts';
import type { Deps } from '../../activities/deps.ts';
import { resourceActivities } from '../../activities/resources.ts';
import { Provider } from '../../providers/provider.ts';
import type { ResourceId } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { rejection } from '../conformance/expect.ts';
import { SMALLEST } from '../conformance/smallest.ts';
import { asked, azureDriver } from './azureVmHarness.ts';
import { type AzureLab, openAzureLab } from './azureVmLab.ts';

let lab: AzureLab;
beforeAll(async () => {
  lab = await openAzureLab({ operationMs: 40 });
});
afterAll(() => lab.stop());

const unasked = (): never => {
  throw new Error('nothing here asks for it');
};

function ensureReady(id: ResourceId): Promise<Ready<'workload'>> {
  const deps: Deps = {
    installation: id.owner.installation,
    sites: ['azure'],
    routes: [],
    stores: [],
    site: async () => new Provider(azureDriver(lab)),
    router: unasked,
    store: unasked,
    storeUrl: unasked,
    secret: unasked,
    environment: () => ({}),
    projectFolder: '',
    runFolder: unasked,
    namespace: 'default',
    client: unasked,
  };
  const { workload, component, boot, size } = SMALLEST.workload;
  const spec = {
    workload,
    component,
    image: lab.image,
    boot,
    replicas: 1,
    size,
    ports: { http: 80 },
    env: {},
    secrets: {},
    data: {},
    network: 'site',
  } as const;
  const input: EnsureInput<'workload'> = { site: 'azure', kind: 'workload', id, spec, withinSeconds: 15, signedAt: '2026-11-24T12:00:00.000Z' };
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(
    (each: EnsureInput<'workload'>) => resourceActivities(deps).ensureReady(each),
    input,
  );
}

describe('a start in a drill', () => {
  const newId = (): ResourceId => ({ owner: { installation: 'elsewhere', run: hex16(), expires: 'never' }, role: 'orders/db', generation: 1 });

  it('goes to the next zone when it turns out late that one is full', async () => {
    const id = newId();
    for (const zone of lab.zones.slice(0, 2)) lab.faults.plant({ ...asked(id), zone, times: 'always', how: { kind: 'capacity' } });
    const { observation } = await ensureReady(id);
    expect(observation).toMatchObject({ phase: 'ready', nativeId: expect.stringMatching(/-0-z2$/) });
  });

  it('fails for want of room, and not to be tried again, when all are', async () => {
    const id = newId();
    lab.faults.plant({ ...asked(id), times: 'always', how: { kind: 'capacity' } });
    expect(await rejection(ensureReady(id))).toMatchObject({ type: 'Capacity', nonRetryable: true });
  });
});
