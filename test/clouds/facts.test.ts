import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Driver } from '../../providers/driver.ts';
import { Provider } from '../../providers/provider.ts';
import type { SiteFacts, WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { awsDriver, awsSpec } from '../providers/awsEc2Harness.ts';
import { startAwsLab } from '../providers/awsEc2Lab.ts';
import { azureDriver, azureSpec } from '../providers/azureVmHarness.ts';
import { openAzureLab } from '../providers/azureVmLab.ts';
import { gcpDriver, gcpSpec, startGcpBench } from '../providers/gcpComputeHarness.ts';

interface Place {
  /** Of an installation of its own. */
  readonly driver: Driver;
  readonly spec: WorkloadSpec;
  readonly shape: string;
  stop(): Promise<void>;
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  async aws() {
    const lab = await startAwsLab();
    return { driver: awsDriver(lab, 'facts', { subnets: [...lab.account.subnets] }), spec: awsSpec(lab), shape: 't3.small', stop: () => lab.stop() };
  },
  async gcp() {
    const bench = await startGcpBench();
    return { driver: gcpDriver(bench, 'facts'), spec: gcpSpec(bench), shape: 'e2-small', stop: () => bench.stop() };
  },
  async azure() {
    const lab = await openAzureLab();
    return { driver: azureDriver(lab), spec: azureSpec(lab), shape: 'Standard_B2s', stop: () => lab.stop() };
  },
};

const left = ({ quotas, networks }: SiteFacts) => ({
  quotas: Object.fromEntries((quotas ?? []).map(({ name, limit, used }) => [name, limit - used])),
  addresses: (networks ?? []).reduce((sum, { freeAddresses = Number.NaN }) => sum + freeAddresses, 0),
});

/** Which quotas two machines of two CPUs fill, and by how much. */
const FILLS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  aws: {},
  gcp: { CPUS: 4, INSTANCES: 2 },
  azure: { cores: 4, standardBSFamily: 4, virtualMachines: 2 },
};

it.each(Object.keys(PLACES))('%s tells what is left, and two machines take their part of it', async (name) => {
  const place = await PLACES[name]?.();
  if (!place) throw new Error(`there is no ${name}`);
  const provider = new Provider(place.driver);
  const signal = AbortSignal.timeout(60_000);
  const inspect = async (): Promise<SiteFacts> => (await provider.inspect(signal)) ?? expect.fail('it cannot be inspected');
  const id = { owner: { installation: 'facts', run: hex16(), expires: '2099-01-01T00:00:00.000Z' }, role: 'orders/db', generation: 1 };
  try {
    const before = await inspect();
    expect(before.images['orders']?.boot?.length).toBeGreaterThan(0);
    const spec = { ...place.spec, replicas: 2, size: { ...place.spec.size, native: place.shape } };
    await provider.ensure('workload', id, spec, spec, signal);
    while ((await provider.observe('workload', id, signal))?.phase !== 'ready') await sleep(50, undefined, { signal });
    const [was, is] = [left(before), left(await inspect())];
    const taken = Object.entries(was.quotas).map(([quota, count]) => [quota, count - (is.quotas[quota] ?? Number.NaN)] as const);
    expect(Object.fromEntries(taken.filter(([, count]) => count !== 0))).toEqual(FILLS[name]);
    expect(was.addresses - is.addresses).toBe(2);
  } finally {
    await provider.close();
    await place.stop();
  }
});
