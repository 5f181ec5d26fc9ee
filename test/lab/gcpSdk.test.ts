import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DisksClient, ImagesClient, InstancesClient, MachineTypesClient, RegionsClient, ZoneOperationsClient, ZonesClient } from '@google-cloud/compute';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GcpLab, startGcpLab } from '../../lab/gcp/lab.ts';
import { bulkProperties, instanceBody, mustHaveBeenRight } from './gcpClient.ts';

let folder: string;
let lab: GcpLab;
const zone = 'europe-west4-a';

const options = () => ({ fallback: 'rest' as const, apiEndpoint: lab.host, port: lab.port, protocol: 'http', projectId: lab.project });
/** Google's own client, with the credentials that its default chain finds. */
const as = async <T>(kind: 'read' | 'write' | 'expired', use: () => Promise<T>): Promise<T> => {
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', await lab.credentialsFile(kind, folder));
  try {
    return await use();
  } finally {
    vi.unstubAllEnvs();
  }
};
const done = async (name: string | null | undefined) => {
  const operations = new ZoneOperationsClient(options());
  for (;;) {
    const [operation] = await operations.wait({ project: lab.project, zone, operation: name ?? '' });
    if (operation.status === 'DONE') return operation;
  }
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gcp-'));
  lab = await startGcpLab({ operationMs: 100 });
});
afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true });
  mustHaveBeenRight(lab);
});

describe('Google’s own client', () => {
  it('makes, finds, changes, stops, starts and removes instances', async () => {
    await as('write', async () => {
      const { project } = lab;
      const instances = new InstancesClient(options());
      const request = { project, zone, requestId: randomUUID(), instanceResource: instanceBody(lab, 'one', { labels: { role: 'web' } }) };
      const [first] = await instances.insert(request);
      const [again] = await instances.insert(request);
      expect(again.latestResponse.name).toBe(first.latestResponse.name);
      expect((await done(first.latestResponse.name)).error).toBeFalsy();
      const [bulk] = await instances.bulkInsert({
        project,
        zone,
        bulkInsertInstanceResourceResource: { count: 2, namePattern: 'many-#', instanceProperties: bulkProperties(lab, { labels: { role: 'web' } }) },
      });
      expect((await done(bulk.latestResponse.name)).error).toBeFalsy();

      const found: (string | null | undefined)[] = [];
      for await (const [, { instances: here }] of instances.aggregatedListAsync(
        { project, filter: 'labels.role=web', maxResults: 2 },
        { autoPaginate: false },
      )) {
        found.push(...(here ?? []).map(({ name }) => name));
      }
      expect(found).toEqual(['many-1', 'many-2', 'one']);

      const [{ labelFingerprint, networkInterfaces }] = await instances.get({ project, zone, instance: 'one' });
      expect(networkInterfaces?.[0]?.networkIP).toMatch(/^127\.78\./);
      const [changed] = await instances.setLabels({
        project,
        zone,
        instance: 'one',
        instancesSetLabelsRequestResource: { labels: { role: 'db' }, labelFingerprint: labelFingerprint ?? '' },
      });
      await done(changed.latestResponse.name);
      for (const [verb, status] of [
        ['stop', 'TERMINATED'],
        ['start', 'RUNNING'],
      ] as const) {
        const [operation] = await instances[verb]({ project, zone, instance: 'one' });
        await done(operation.latestResponse.name);
        expect((await instances.get({ project, zone, instance: 'one' }))[0]).toMatchObject({ status, labels: { role: 'db' } });
      }
      for (const instance of ['one', 'many-1', 'many-2']) {
        const [operation] = await instances.delete({ project, zone, instance });
        await done(operation.latestResponse.name);
      }
      expect(lab.inventory()).toEqual({ instances: [], disks: [] });
    });
  });

  it('reads the catalogue', async () => {
    await as('read', async () => {
      const { project, region } = lab;
      const [types] = await new MachineTypesClient(options()).list({ project, zone });
      expect(types.find(({ name }) => name === 'n2-standard-4')).toMatchObject({ guestCpus: 4, memoryMb: 16_384, architecture: 'X86_64' });
      expect((await new ImagesClient(options()).getFromFamily({ project, family: 'base' }))[0]).toMatchObject({ name: 'base-v2', diskSizeGb: '10' });
      expect((await new ZonesClient(options()).list({ project }))[0].map(({ name }) => name)).toEqual(lab.zones);
      expect((await new RegionsClient(options()).get({ project, region }))[0].quotas).toContainEqual(
        expect.objectContaining({ metric: 'CPUS', limit: 1000, usage: 0 }),
      );
      expect((await new DisksClient(options()).list({ project, zone }))[0]).toEqual([]);
    });
  });

  it('sees refusals with their HTTP status, and the reason where Google gives one in its newer form', async () => {
    const get = () => new InstancesClient(options()).get({ project: lab.project, zone, instance: 'none' });
    await as('read', async () => {
      await expect(get()).rejects.toMatchObject({ httpStatusCode: 404, message: expect.stringMatching(/instances\/none' was not found$/) });
      lab.faults.plant({ call: 'compute.instances.get', how: { kind: 'throttle' } });
      await expect(get()).rejects.toMatchObject({ httpStatusCode: 403, reason: 'RATE_LIMIT_EXCEEDED' });
      await expect(new InstancesClient(options()).delete({ project: lab.project, zone, instance: 'none' })).rejects.toMatchObject({ httpStatusCode: 403 });
    });
    await as('expired', async () => {
      await expect(get()).rejects.toMatchObject({ httpStatusCode: 401 });
    });
  });
});
