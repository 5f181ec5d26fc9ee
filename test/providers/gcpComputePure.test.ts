import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instance, instanceAnswer, instancesAnswer, machineTypesAnswer, operationAnswer } from '../../providers/gcp-compute/answers.ts';
import { gcpComputeCapabilities } from '../../providers/gcp-compute/capabilities.ts';
import { type GcpComputeConfig, gcpComputeConfig } from '../../providers/gcp-compute/config.ts';
import { resolveCredentials } from '../../providers/gcp-compute/credentials.ts';
import { classify, GceError } from '../../providers/gcp-compute/errors.ts';
import { isFenced } from '../../providers/gcp-compute/fence.ts';
import { KEY, labelsOf, labelValue, type Marked, markedBy } from '../../providers/gcp-compute/labels.ts';
import { nameOf, requestIdOf, sharesOf } from '../../providers/gcp-compute/names.ts';
import { observationOf } from '../../providers/gcp-compute/observation.ts';
import { failureOf } from '../../providers/gcp-compute/operations.ts';
import { powerStateOf } from '../../providers/gcp-compute/powerState.ts';
import { callFailure, tokenFailure } from '../../providers/gcp-compute/sdkErrors.ts';
import type { ResourceId } from '../../providers/spec.ts';
import { rejection } from '../conformance/expect.ts';

const entry = { provider: 'gcp-compute', project: 'acme', zones: ['europe-west1-b', 'europe-west1-c'] };
const config = (change: object = {}): GcpComputeConfig => gcpComputeConfig.parse({ ...entry, ...change });
const id: ResourceId = { owner: { installation: 'acme', run: '0123456789abcdef', expires: 'never' }, role: 'orders/db', generation: 3 };
const mark: Marked = { id, digest: 'd', ports: { http: 80 }, replicas: 1 };
const made = (mark: Marked, change: object = {}): Instance =>
  instanceAnswer.parse({
    name: nameOf(mark.id, 0),
    zone: 'https://www.googleapis.com/compute/v1/projects/acme/zones/europe-west1-b',
    status: 'RUNNING',
    labels: labelsOf(mark.id),
    metadata: { items: [{ key: KEY.mark, value: JSON.stringify(mark) }] },
    networkInterfaces: [{ networkIP: '10.0.0.1' }],
    ...change,
  });
const recorded = (file: string): unknown => JSON.parse(readFileSync(new URL(`../lab/fixtures/gce/${file}`, import.meta.url), 'utf8'));

const anyId = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }), fc.nat())
  .map(([installation, run, role, generation]): ResourceId => ({ owner: { installation, run, expires: '2099-01-01T00:00:00.000Z' }, role, generation }));

describe('a mark in labels and metadata', () => {
  it('comes back as it was, whatever the role and the installation', () => {
    fc.assert(fc.property(anyId, (id) => void expect(markedBy(made({ ...mark, id }))).toEqual({ ...mark, id })));
  });

  it('is of labels as Google allows them', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        for (const [key, value] of Object.entries(labelsOf(id))) {
          expect(key).toMatch(/^[a-z][a-z0-9_-]{0,62}$/);
          expect(value).toMatch(/^[a-z0-9_-]{0,63}$/);
        }
      }),
    );
    expect(labelsOf(id)).toMatchObject({ 'muster-installation': 'acme', 'muster-expires': 'never' });
    expect(labelsOf({ ...id, owner: { ...id.owner, expires: '2099-01-01T00:00:00.000Z' } })['muster-expires']).toBe('4070908800');
  });

  it('keeps apart texts that a label cannot hold', () => {
    expect(new Set(['Acme', 'acme ', 'acmé', 'a'.repeat(64), 'a'.repeat(65), 'acme'].map(labelValue)).size).toBe(6);
  });

  it.each(['muster-installation', 'muster-run', 'muster-id'])('is none without the label %s, or with another', (label) => {
    const { [label]: _, ...rest } = labelsOf(id);
    expect(markedBy(made(mark, { labels: rest }))).toBeUndefined();
    expect(markedBy(made(mark, { labels: { ...rest, [label]: 'other' } }))).toBeUndefined();
  });

  it.each(['', '{', '{}', JSON.stringify({ ...mark, replicas: 0 }), JSON.stringify({ ...mark, id: { ...id, generation: 1 } })])(
    'is none with %j in the metadata',
    (value) => {
      expect(markedBy(made(mark, { metadata: { items: [{ key: KEY.mark, value }] } }))).toBeUndefined();
    },
  );
});

describe('names', () => {
  it('are such as Google allows, and one of each id and replica', () => {
    fc.assert(fc.property(anyId, fc.nat(4999), (id, replica) => void expect(nameOf(id, replica)).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/)));
    expect(new Set([nameOf(id, 0), nameOf(id, 1), nameOf({ ...id, generation: 4 }, 0), nameOf({ ...id, role: 'orders/db2' }, 0)]).size).toBe(4);
  });

  it('are spread over the zones as evenly as can be', () => {
    const counts = (replicas: number, zones: number) => sharesOf(id, replicas, zones).map(({ length }) => length);
    expect([counts(5, 3), counts(2, 3), counts(200, 2)]).toEqual([
      [2, 2, 1],
      [1, 1],
      [100, 100],
    ]);
    expect(sharesOf(id, 5, 3).flat()).toEqual([0, 1, 2, 3, 4].map((replica) => nameOf(id, replica)));
  });

  it('of requests are UUIDs, the same each time, and another for each zone', () => {
    const all = [requestIdOf('t', 0, 0), requestIdOf('t', 0, 1), requestIdOf('t', 1, 0), requestIdOf('u', 0, 0)];
    for (const each of all) expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(all).size).toBe(4);
    expect(requestIdOf('t', 0, 0)).toBe(all[0]);
  });
});

describe('what is seen of instances', () => {
  const at = Date.parse('2026-11-24T12:00:00Z');
  const operation = (change: object = {}) =>
    operationAnswer.parse({ name: 'operation-1', zone: 'zones/europe-west1-b', status: 'DONE', endTime: '2026-11-24T12:00:00Z', ...change });
  const tried = (change: object, step = 0) => ({ share: 0, step, operation: operation(change) });
  const noRoom = { error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no room' }] } };
  const see = (instances: Instance[], tries: ReturnType<typeof tried>[] = [], { now = at + 5000, isRemoving = false, as = config() } = {}) =>
    observationOf({ id, seen: instances.map((instance) => ({ instance, mark: markedBy(instance) ?? mark })), tried: tries, isRemoving }, as, now);

  it('is ready with an address of the kind that the site tells, and not before', () => {
    expect(see([made(mark)])).toMatchObject({ phase: 'ready', status: { endpoints: { http: [{ host: '10.0.0.1', port: 80 }] } } });
    expect(see([made(mark)], [], { as: config({ address: 'public' }) })).toMatchObject({ phase: 'pending', detail: 'an instance has no public address' });
    for (const status of ['PROVISIONING', 'STAGING', 'TERMINATED', 'SUSPENDED', 'REPAIRING'])
      expect(see([made(mark, { status })])).toMatchObject({ phase: 'pending' });
    expect(see([made(mark, { status: 'STOPPING' })])).toMatchObject({ phase: 'removing' });
    expect(see([])).toBeUndefined();
  });

  it('is pending while its request is worked on, and failed when something of it is gone afterwards', () => {
    const two = { ...mark, replicas: 2 };
    expect(see([], [tried({ status: 'RUNNING' })])).toMatchObject({ phase: 'pending' });
    expect(see([made(two)], [tried({ status: 'RUNNING' })])).toMatchObject({ phase: 'pending', detail: '1 of 2 instances are seen' });
    expect(see([made(two)], [tried({})])).toMatchObject({ phase: 'failed', code: 'Unavailable', detail: expect.stringContaining('1 of 2') });
  });

  it('is a failure with its code when Google found no room after it had agreed, as told by the last zone', () => {
    expect(see([], [tried(noRoom)])).toMatchObject({ phase: 'failed', code: 'Capacity', detail: expect.stringContaining('no room') });
    expect(see([], [tried(noRoom), tried({ status: 'RUNNING' }, 1)])).toMatchObject({ phase: 'pending' });
    expect(see([], [tried({ error: { errors: [{ code: 'QUOTA_EXCEEDED' }] } })])).toMatchObject({ phase: 'failed', code: 'Quota' });
  });

  it('is no failure for ever, nor when it was to be removed', () => {
    expect(see([], [tried(noRoom)], { now: at + 50_000 })).toBeUndefined();
    expect(see([], [tried(noRoom)], { isRemoving: true })).toBeUndefined();
    expect(see([], [tried({ status: 'RUNNING' })], { isRemoving: true })).toMatchObject({ phase: 'removing' });
    expect(see([made(mark)], [], { isRemoving: true })).toMatchObject({ phase: 'removing' });
  });
});

describe('power', () => {
  const fenced = config({ fence: 'closed' });
  const state = (...tags: string[]) => powerStateOf({ all: [made(mark, { tags: { items: tags, fingerprint: 'f' } })], busy: [] }, fenced).power;

  it('is isolated in the fence and in nothing else', () => {
    expect([state('app'), state('closed', 'app'), state('closed'), state('closed', 'muster-was-app'), state('muster-was-app')]).toEqual([
      'running',
      'running',
      'isolated',
      'isolated',
      'running',
    ]);
    expect(isFenced(made(mark), undefined)).toBe(false);
  });

  it('is changing while something is under way, or when not all are alike', () => {
    const stop = operationAnswer.parse({ name: 'o', status: 'RUNNING', operationType: 'stop', targetLink: 'https://x/zones/z/instances/i' });
    expect(powerStateOf({ all: [made(mark)], busy: [stop] }, fenced)).toMatchObject({ power: 'changing', detail: 'stop of i is under way' });
    expect(powerStateOf({ all: [made(mark), made(mark, { status: 'TERMINATED' })], busy: [] }, fenced).power).toBe('changing');
  });

  it.each([
    { status: 'TERMINATED' },
    { lastStartTimestamp: '2026-01-01T00:00:00Z' },
    { lastStopTimestamp: '2026-01-01T00:00:00Z' },
    { tags: { items: ['a'] } },
    { id: '2' },
  ])('has another version with %j', (change) => {
    const version = (instance: Instance) => powerStateOf({ all: [instance], busy: [] }, fenced).version;
    expect(version(made(mark, change))).not.toBe(version(made(mark)));
  });
});

describe('the site', () => {
  it('is emulated when its endpoint is this machine, and only then', () => {
    const emulated = (endpoint?: string) => gcpComputeCapabilities(config({ endpoint })).emulated;
    expect([emulated(), emulated('https://compute.googleapis.com'), emulated('http://127.0.0.1:5000')]).toEqual([false, false, true]);
  });

  it('can isolate when it has a fence', () => {
    expect(gcpComputeCapabilities(config()).power).not.toContain('isolated');
    expect(gcpComputeCapabilities(config({ fence: 'closed' })).power).toContain('isolated');
  });

  it.each([
    { images: { orders: 'orders:latest' } },
    { credentials: { read: '{"type":"service_account"}', write: 'adc' } },
    { zones: [] },
    { zones: ['europe-west1-b', 'europe-west4-b'] },
    { zones: ['europe-west1-b', 'europe-west1-b'] },
    { zones: ['europe-west1'] },
    { tags: ['Has Space'] },
    { zone: 'a' },
  ])('refuses %j', (change) => {
    expect(gcpComputeConfig.safeParse({ ...entry, ...change }).success).toBe(false);
  });

  it('knows where its credentials are, and refuses to be given what is in them', async () => {
    const secret = async () => '/etc/dr.json\n';
    expect(await resolveCredentials(undefined, secret)).toEqual({ from: 'adc' });
    expect(await resolveCredentials('impersonate:dr@acme.iam.gserviceaccount.com', secret)).toEqual({
      from: 'impersonation',
      email: 'dr@acme.iam.gserviceaccount.com',
    });
    expect(await resolveCredentials('env:DR', secret)).toEqual({ from: 'file', path: '/etc/dr.json' });
    const refused = await rejection(resolveCredentials('env:DR', async () => '{"private_key":"hunter2"}'));
    expect(refused).toMatchObject({ code: 'Invalid', message: expect.not.stringContaining('hunter2') });
  });
});

describe('errors', () => {
  it.each([
    [{ status: 403, reasons: ['RATE_LIMIT_EXCEEDED', 'rateLimitExceeded'] }, 'Throttled'],
    [{ status: 403, reasons: ['quotaExceeded'] }, 'Quota'],
    [{ status: 403, reasons: ['forbidden'] }, 'Denied'],
    [{ status: 403 }, 'Denied'],
    [{ status: 401, reasons: ['required'] }, 'Denied'],
    [{ status: 400, reasons: ['resourceNotReady'] }, 'Unavailable'],
    [{ status: 400, reasons: ['invalid'] }, 'Invalid'],
    [{ status: 404 }, 'NotFound'],
    [{ status: 409 }, 'Conflict'],
    [{ status: 412, reasons: ['conditionNotMet'] }, 'Conflict'],
    [{ status: 429 }, 'Throttled'],
    [{ status: 503, reasons: ['backendError'] }, 'Unavailable'],
    [{ status: 502 }, 'Unavailable'],
    [{ status: 503, reasons: ['ZONE_RESOURCE_POOL_EXHAUSTED'] }, 'Capacity'],
    [{ reasons: ['VM_MIN_COUNT_NOT_REACHED', 'ZONE_RESOURCE_POOL_EXHAUSTED'] }, 'Capacity'],
    [{ reasons: ['VM_MIN_COUNT_NOT_REACHED', 'QUOTA_EXCEEDED'] }, 'Quota'],
    [{ reasons: ['VM_MIN_COUNT_NOT_REACHED'] }, 'Capacity'],
    [{ reasons: ['constructor'] }, 'Unknown'],
  ])('%j is %s', (said, code) => {
    expect(classify(new GceError('m', said))).toEqual({ code });
  });

  it('of tokens are Denied where an answer came, and Unavailable where none did', () => {
    const failed = (more: object) => classify(tokenFailure(Object.assign(new Error('m'), more))).code;
    expect([failed({ status: 400 }), failed({ response: { status: 401 } }), failed({}), failed({ code: 'ENOENT' })]).toEqual([
      'Denied',
      'Denied',
      'Denied',
      'Denied',
    ]);
    expect([failed({ code: 'ECONNREFUSED' }), failed({ status: 503 }), failed({ status: 429 })]).toEqual(['Unavailable', 'Unavailable', 'Unavailable']);
  });

  it('of calls keep what the server said, and nothing of the request', () => {
    const raw = Object.assign(new Error('{"error":…}'), { code: 7, httpStatusCode: 403, config: { data: 'hunter2' } });
    Object.defineProperty(raw, Symbol.for('google-gax.rawHttpResponsePayload'), {
      value: JSON.stringify({ error: { code: 403, message: 'too many', errors: [{ reason: 'rateLimitExceeded' }] } }),
    });
    const failure = callFailure(raw);
    expect(failure).toMatchObject({ message: 'too many', status: 403, reasons: ['rateLimitExceeded'] });
    expect(JSON.stringify({ ...failure, stack: failure.stack, cause: failure.cause })).not.toContain('hunter2');
  });
});

describe('answers that were recorded of Google itself', () => {
  it('are read: instances of all zones', () => {
    const { items, unreachables } = instancesAnswer.parse(recorded('aggregated_instances.json'));
    const all = Object.values(items).flatMap(({ instances }) => instances);
    expect(all.length).toBeGreaterThan(5);
    expect(unreachables).toEqual([]);
    for (const each of all) {
      expect(each).toMatchObject({
        name: expect.stringMatching(/^[a-z]/),
        zone: expect.stringMatching(/^[a-z]+-[a-z]+\d+-[a-z]$/),
        status: expect.stringMatching(/^[A-Z]+$/),
      });
      expect(markedBy(each)).toBeUndefined();
      expect(each.networkInterfaces[0]?.networkIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    }
  });

  it('are read: machine types', () => {
    const type = recorded('zones_us-central1-a_machineTypes_n1-standard-1.json');
    expect(machineTypesAnswer.parse({ items: [type] }).items).toMatchObject([{ name: 'n1-standard-1', guestCpus: 1, memoryMb: 3840 }]);
  });

  it.each([
    ['operations_operation_zones_europe-west1-a_instances_post.json', 'Conflict'],
    ['zones_us_central1_a_operations_operation_setMachineType_notstopped.json', 'Unavailable'],
  ])('are read: the failure in %s is %s', (file, code) => {
    const failure = failureOf(operationAnswer.parse(recorded(file)));
    expect(classify(failure)).toEqual({ code });
    expect(failure?.message).toContain('projects/project_name');
  });

  it('are read: every other operation, as done and without a failure', () => {
    const files = readdirSync(new URL('../lab/fixtures/gce/', import.meta.url)).filter((file) =>
      /operation.*(startnode|us-central1-a_instances_post)\.json$/.test(file),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect([file, failureOf(operationAnswer.parse(recorded(file)))]).toEqual([file, undefined]);
  });
});
