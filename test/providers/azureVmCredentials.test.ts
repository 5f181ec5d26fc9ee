import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Provider } from '../../providers/provider.ts';
import { rejection } from '../conformance/expect.ts';
import { azureDriver } from './azureVmHarness.ts';
import { type AzureLab, openAzureLab } from './azureVmLab.ts';

let lab: AzureLab;
let folder: string;
beforeAll(async () => {
  lab = await openAzureLab();
  folder = await mkdtemp(join(tmpdir(), 'muster-azure-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  lab.faults.clear();
});
afterAll(async () => {
  await lab.stop();
  await rm(folder, { recursive: true });
});

/** A site without a word about credentials, and a rate of its own so that nothing is remembered of another's. */
const inspect = (requestsPerSecond: number): Promise<unknown> =>
  new Provider(azureDriver(lab, { credentials: undefined, requestsPerSecond })).inspect(AbortSignal.timeout(20_000));

describe('a site without credentials', () => {
  it('asks as the environment says', async () => {
    const { clientId, secret } = lab.principals.read;
    for (const [name, value] of [
      ['AZURE_TENANT_ID', lab.tenant],
      ['AZURE_CLIENT_ID', clientId],
      ['AZURE_CLIENT_SECRET', secret],
    ] as const)
      vi.stubEnv(name, value);
    expect(await inspect(9001)).toMatchObject({ provider: 'azure-vm', images: { orders: { arch: ['amd64'] } } });
  });

  it('asks as the workload that it is, by a token of its cluster', async () => {
    const { clientId } = lab.principals.read;
    const file = join(folder, 'token');
    await writeFile(file, lab.assertion(clientId));
    for (const [name, value] of [
      ['AZURE_TENANT_ID', lab.tenant],
      ['AZURE_CLIENT_ID', clientId],
      ['AZURE_FEDERATED_TOKEN_FILE', file],
    ] as const)
      vi.stubEnv(name, value);
    expect(await inspect(9002)).toMatchObject({ provider: 'azure-vm' });
  });
});

describe('an authority', () => {
  it('that does not answer says nothing about credentials: it is asked again', async () => {
    const provider = new Provider(azureDriver(lab, { requestsPerSecond: 9003 }));
    lab.faults.plant({ call: 'Token', times: 'always', how: { kind: 'cut' } });
    expect(await rejection(provider.inspect(AbortSignal.timeout(20_000)))).toMatchObject({ code: 'Unavailable' });
    lab.faults.clear();
    expect(await provider.inspect(AbortSignal.timeout(20_000))).toMatchObject({ provider: 'azure-vm' });
  });
});
