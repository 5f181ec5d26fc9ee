import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type GcpLab, startGcpLab } from '../../lab/gcp/lab.ts';
import { type Answered, instanceBody, mustHaveBeenRight, type RawGcp, rawGcp, tokenOf } from './gcpClient.ts';

let folder: string;
let lab: GcpLab;
let api: RawGcp;
let reader: RawGcp;
let zone: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gcp-'));
  lab = await startGcpLab({ operationMs: 30 });
  api = rawGcp(lab, await tokenOf(lab, 'write', folder));
  reader = rawGcp(lab, await tokenOf(lab, 'read', folder));
  zone = `zones/${lab.zones[0]}`;
});
afterEach(() => {
  lab.faults.clear();
  mustHaveBeenRight(lab);
});
afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true });
});

const insert = (more: object = {}): Promise<Answered> => api.ask('POST', `${zone}/instances`, instanceBody(lab, 'x', more));
const error = z.object({
  message: z.string(),
  errors: z.array(z.object({ reason: z.string(), domain: z.string() })),
  status: z.string().optional(),
  details: z.array(z.record(z.string(), z.unknown())).optional(),
});
const errorOf = ({ body }: Answered): z.infer<typeof error> => error.parse(body.error);

describe('an insert is refused', () => {
  const boot = { boot: true, autoDelete: true };
  const cases: readonly [string, () => object, RegExp][] = [
    ['without a machine type', () => ({ machineType: undefined }), /^Required field 'resource.machineType' not specified$/],
    ['with a machine type that there is not', () => ({ machineType: `${zone}/machineTypes/none` }), /'resource.machineType': .* cannot be found\.$/],
    ['with a machine type of another zone', () => ({ machineType: `zones/${lab.zones[1]}/machineTypes/e2-small` }), /cannot be found\.$/],
    ['with a machine type that is no address', () => ({ machineType: 'e2-small' }), /'resource.machineType': 'e2-small'. The URL is malformed\.$/],
    ['without a disk', () => ({ disks: [] }), /'resource.disks': ''. No disks are specified\.$/],
    ['without a boot disk', () => ({ disks: [{ initializeParams: { sourceImage: lab.image } }] }), /Boot disk must be the first disk/],
    ['without an image', () => ({ disks: [boot] }), /sourceImage/],
    [
      'with an image that there is not',
      () => ({ disks: [{ ...boot, initializeParams: { sourceImage: 'global/images/none' } }] }),
      /The referenced image resource cannot be found\.$/,
    ],
    [
      'with an image for other machines',
      () => ({ disks: [{ ...boot, initializeParams: { sourceImage: 'global/images/family/base-arm64' } }] }),
      /not compatible with the architecture/,
    ],
    [
      'with a disk smaller than its image',
      () => ({ disks: [{ ...boot, initializeParams: { sourceImage: lab.image, diskSizeGb: '5' } }] }),
      /cannot be smaller than the image size \(10 GB\)$/,
    ],
    [
      'with a disk type that is no address',
      () => ({ disks: [{ ...boot, initializeParams: { sourceImage: lab.image, diskType: 'pd-ssd' } }] }),
      /The URL is malformed/,
    ],
    ['without a network', () => ({ networkInterfaces: [] }), /At least one network interface is required\.$/],
    [
      'without a subnetwork',
      () => ({ networkInterfaces: [{ network: lab.network }] }),
      /'resource.networkInterfaces\[0\].subnetwork': ''. Subnetwork should be/,
    ],
    [
      'with a subnetwork that there is not',
      () => ({ networkInterfaces: [{ subnetwork: `regions/${lab.region}/subnetworks/none` }] }),
      /The referenced subnetwork resource cannot be found/,
    ],
    ['with a label key in capitals', () => ({ labels: { Role: 'a' } }), /Label key 'Role' violates format constraints/],
    ['with a label value with a dot', () => ({ labels: { role: 'a.b' } }), /Label value 'a\.b' violates format constraints/],
    ['with a label key of 64', () => ({ labels: { ['k'.repeat(64)]: '' } }), /violates format constraints/],
    ['with 65 labels', () => ({ labels: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v'])) }), /over the limit of 64/],
    [
      'with a metadata value over 256 KB',
      () => ({ metadata: { items: [{ key: 'user-data', value: 'x'.repeat(256 * 1024 + 1) }] } }),
      /is too large: maximum size 262144/,
    ],
    [
      'with metadata over 512 KB',
      () => ({ metadata: { items: ['a', 'b', 'c'].map((key) => ({ key, value: 'x'.repeat(200 * 1024) })) } }),
      /^Invalid value for field 'resource.metadata': ''. Metadata is too large/,
    ],
    [
      'with a metadata key twice',
      () => ({
        metadata: {
          items: [
            { key: 'a', value: '1' },
            { key: 'a', value: '2' },
          ],
        },
      }),
      /duplicate key: a/,
    ],
    ['with what this lab does not do', () => ({ guestAccelerators: [{ acceleratorCount: 1 }] }), /this lab does not/],
    [
      'with a field that Google does not have',
      () => ({ color: 'red' }),
      /^Invalid JSON payload received\. Unknown name "color" at 'resource': Cannot find field\.$/,
    ],
  ];
  it.each(cases)('%s', async (_, more, message) => {
    const answered = await insert(more());
    expect(answered.status).toBe(400);
    expect(errorOf(answered).message).toMatch(message);
    expect(['invalid', 'required']).toContain(errorOf(answered).errors[0]?.reason);
    expect(lab.inventory().instances).toEqual([]);
  });

  it('with what is no JSON', async () => {
    expect(errorOf(await api.send('POST', `${zone}/instances`, '{')).errors[0]?.reason).toBe('parseError');
  });

  it('in a zone whose name cannot be one, and in another project', async () => {
    expect(errorOf(await api.ask('POST', 'zones/EUROPE/instances', {})).message).toMatch(
      /^Invalid value for field 'zone': 'EUROPE'\. Must be a match of regex/,
    );
    const elsewhere = await fetch(`${lab.url}/compute/v1/projects/other/zones`, { headers: { authorization: `Bearer ${await tokenOf(lab, 'read', folder)}` } });
    expect(elsewhere.status).toBe(404);
  });

  it('by a call that is not here, which says so', async () => {
    expect(errorOf(await api.ask('POST', `${zone}/instances/x/suspend`)).message).toMatch(/methods\.ts does not list it/);
  });
});

describe('who asks', () => {
  it('needs a token of this lab that has not ended', async () => {
    for (const [token, reason] of [
      ['ya29.none', 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
      [await tokenOf(lab, 'expired', folder), 'ACCESS_TOKEN_EXPIRED'],
    ] as const) {
      const answered = await rawGcp(lab, token).ask('GET', 'zones');
      expect(answered.status).toBe(401);
      expect(errorOf(answered)).toMatchObject({ status: 'UNAUTHENTICATED', errors: [{ reason: 'authError' }], details: [{ reason }] });
    }
    const bare = await fetch(`${lab.url}/compute/v1/projects/${lab.project}/zones`);
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')]);
  });

  it('may read with read rights, wait, and change nothing', async () => {
    expect(await reader.ask('GET', 'zones')).toMatchObject({ status: 200 });
    const { body } = await insert();
    expect(await reader.ask('POST', `${zone}/operations/${String(body.name)}/wait`)).toMatchObject({ status: 200, body: { status: 'DONE' } });
    for (const [method, path, permission] of [
      ['POST', `${zone}/instances`, 'compute.instances.create'],
      ['DELETE', `${zone}/instances/x`, 'compute.instances.delete'],
      ['POST', `${zone}/instances/x/setLabels`, 'compute.instances.setLabels'],
      ['POST', `regions/${lab.region}/instances/bulkInsert`, 'compute.instances.create'],
    ] as const) {
      const answered = await reader.ask(method, path, instanceBody(lab, 'y'));
      expect(answered.status).toBe(403);
      expect(errorOf(answered)).toMatchObject({
        message: expect.stringMatching(`^Required '${permission}' permission for 'projects/`),
        errors: [{ reason: 'forbidden' }],
      });
    }
    await api.done(await api.ask('DELETE', `${zone}/instances/x`));
  });

  it('gets no token for a subject that nobody knows, nor without an exchange', async () => {
    const ask = (form: Record<string, string>): Promise<Response> => fetch(`${lab.url}/v1/token`, { method: 'POST', body: new URLSearchParams(form) });
    const known = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'a',
    };
    const answered = await ask({ ...known, subject_token_type: 'urn:ietf:params:oauth:token-type:jwt', subject_token: 'guess' });
    expect([answered.status, await answered.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect(await (await ask({ grant_type: 'password' })).json()).toMatchObject({ error: 'unsupported_grant_type' });
  });
});

describe('faults', () => {
  const admin = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${lab.adminUrl}/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });

  it('throttle as Google does, with Retry-After where it is asked for', async () => {
    lab.faults.plant({ how: { kind: 'throttle', retryAfterSeconds: 3 } });
    const answered = await api.ask('GET', 'zones');
    expect([answered.status, answered.headers.get('retry-after')]).toEqual([403, '3']);
    expect(errorOf(answered)).toMatchObject({ errors: [{ reason: 'rateLimitExceeded', domain: 'usageLimits' }], details: [{ reason: 'RATE_LIMIT_EXCEEDED' }] });
    expect((await api.ask('GET', 'zones')).status).toBe(200);
  });

  it.each([
    ['denied', { kind: 'denied' }, 403, 'forbidden'],
    ['expired', { kind: 'expired' }, 401, 'authError'],
    ['any other refusal', { kind: 'refuse', status: 429, code: 'rateLimitExceeded' }, 429, 'rateLimitExceeded'],
  ] as const)('refuse: %s', async (_, how, status, reason) => {
    lab.faults.plant({ call: 'compute.zones.list', how });
    const answered = await api.ask('GET', 'zones');
    expect([answered.status, errorOf(answered).errors[0]?.reason]).toEqual([status, reason]);
  });

  it.each([
    ['capacity', 'ZONE_RESOURCE_POOL_EXHAUSTED'],
    ['quota', 'QUOTA_EXCEEDED'],
  ] as const)('of %s are told in the operation', async (kind, code) => {
    lab.faults.plant({ call: 'compute.instances.insert', zone: lab.zones[0] ?? '', how: { kind } });
    expect(await api.done(await insert())).toMatchObject({ error: { errors: [{ code }] } });
    expect(lab.inventory()).toEqual({ instances: [], disks: [] });
  });

  it('lose a reply when the work is done, cut before it is, and find requests by what they say', async () => {
    lab.faults.plant({ where: { 'labels.role': 'lost' }, how: { kind: 'lostReply' } });
    await expect(insert({ labels: { role: 'lost' } })).rejects.toThrow();
    expect(lab.inventory().instances).toHaveLength(1);
    lab.faults.plant({ call: 'compute.instances.delete', where: { instance: 'x' }, how: { kind: 'cut' } });
    await expect(api.ask('DELETE', `${zone}/instances/x`)).rejects.toThrow();
    expect(lab.inventory().instances).toHaveLength(1);
    await api.done(await api.ask('DELETE', `${zone}/instances/x`));
  });

  it('make an answer, or an operation, slow', async () => {
    lab.faults.plant({ call: 'compute.zones.list', how: { kind: 'slow', ms: 200 } });
    const before = performance.now();
    await api.ask('GET', 'zones');
    expect(performance.now() - before).toBeGreaterThan(190);
    lab.faults.plant({ call: 'compute.instances.insert', how: { kind: 'slowOperation', ms: 300 } });
    const began = performance.now();
    await api.done(await insert());
    expect(performance.now() - began).toBeGreaterThan(290);
    await api.done(await api.ask('DELETE', `${zone}/instances/x`));
  });

  it('of a vendor that is down cut the token endpoint, too', async () => {
    lab.faults.plant({ times: 'always', how: { kind: 'cut' } });
    await expect(tokenOf(lab, 'read', folder)).rejects.toThrow();
    await expect(api.ask('GET', 'zones')).rejects.toThrow();
  });

  it('are planted over HTTP, where calls and what exists are seen', async () => {
    await admin('DELETE', 'calls');
    expect((await admin('POST', 'faults', { call: 'compute.zones.get', how: { kind: 'refuse', status: 503, code: 'backendError' } })).status).toBe(200);
    expect((await api.ask('GET', zone)).status).toBe(503);
    expect(await (await admin('GET', 'calls')).json()).toMatchObject([
      { call: 'compute.zones.get', zone: lab.zones[0], fields: { project: lab.project }, at: expect.any(Number) },
    ]);
    expect(await (await admin('GET', 'inventory')).json()).toEqual({ instances: [], disks: [] });
  });
});
