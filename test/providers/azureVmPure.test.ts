import type { ResourceSku, VirtualMachine } from '@azure/arm-compute';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureVmCapabilities } from '../../providers/azure-vm/capabilities.ts';
import { shapesOf } from '../../providers/azure-vm/catalogue.ts';
import { azureVmConfig } from '../../providers/azure-vm/config.ts';
import { resolveCredentials } from '../../providers/azure-vm/credentials.ts';
import { classify, codeNamed } from '../../providers/azure-vm/errors.ts';
import { factsOfImage } from '../../providers/azure-vm/image.ts';
import { imageOf } from '../../providers/azure-vm/imageReference.ts';
import { isNamedAfter, machineName } from '../../providers/azure-vm/names.ts';
import { observationOf } from '../../providers/azure-vm/observation.ts';
import { powerStateOf } from '../../providers/azure-vm/powerState.ts';
import { latest, type Ours } from '../../providers/azure-vm/seen.ts';
import { type Marked, markedBy, tagsOf } from '../../providers/azure-vm/tags.ts';

const group = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/dr';
const entry = {
  provider: 'azure-vm',
  subscription: '11111111-2222-4333-8444-555555555555',
  resourceGroup: 'dr',
  region: 'westeurope',
  subnet: `${group}/providers/Microsoft.Network/virtualNetworks/dr/subnets/apps`,
  sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample ops',
};
const mark: Marked = {
  id: { owner: { installation: 'acme', run: '0123456789abcdef', expires: 'never' }, role: 'orders/db', generation: 3 },
  digest: 'd',
  ports: { http: 80 },
  replicas: 1,
  replica: 0,
  attempt: 0,
};

function machine({ model = {}, mark: own = mark, ...rest }: Omit<Partial<Ours>, 'model'> & { readonly model?: Partial<VirtualMachine> } = {}): Ours {
  return {
    name: 'vm',
    model: { location: 'westeurope', provisioningState: 'Succeeded', ...model },
    mark: own,
    power: 'running',
    failure: undefined,
    changedAt: '',
    nics: [],
    host: '10.0.0.4',
    ...rest,
  };
}

describe('a mark in tags', () => {
  it('comes back as it was, whatever the role', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(), fc.nat(), (role, generation, replica) => {
        const wanted = { ...mark, id: { ...mark.id, role, generation }, replica };
        expect(markedBy(tagsOf(wanted))).toEqual(wanted);
      }),
    );
  });

  it('is read whatever Azure does to the case of names', () => {
    expect(markedBy(Object.fromEntries(Object.entries(tagsOf(mark)).map(([key, value]) => [key.toUpperCase(), value])))).toEqual(mark);
  });

  it('is refused where a tag cannot hold it', () => {
    expect(() => tagsOf({ ...mark, id: { ...mark.id, role: 'a'.repeat(257) } })).toThrow('muster-role would have 257 characters');
  });

  it.each(['installation', 'run', 'role', 'generation', 'expires', 'replicas', 'replica', 'attempt', 'id'])('is none without its %s', (part) => {
    expect(markedBy(Object.fromEntries(Object.entries(tagsOf(mark)).filter(([key]) => key !== `muster-${part}`)))).toBeUndefined();
  });
});

describe('a name', () => {
  it('is one that Azure takes, and another for another id, replica or zone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.nat({ max: 999 }), fc.nat({ max: 2 }), (role, replica, attempt) => {
        const name = machineName({ ...mark.id, role }, { replica, attempt });
        expect(name).toMatch(/^[a-z][a-z0-9-]{1,58}[a-z0-9]$/);
        expect(isNamedAfter({ ...mark.id, role }, name.toUpperCase())).toBe(true);
        expect(isNamedAfter({ ...mark.id, role: `${role}x` }, name)).toBe(false);
      }),
    );
    const names = [0, 1].flatMap((replica) => [0, 1].map((attempt) => machineName(mark.id, { replica, attempt })));
    expect(new Set(names).size).toBe(4);
  });
});

describe('what is seen of machines', () => {
  const at = new Date('2026-11-24T12:00:00Z');
  const failed = (code: string, message = 'why') => observationOf([machine({ model: { provisioningState: 'Failed' }, failure: { code, message, at } })]);

  it('is a failure with the code that the operation ended with', () => {
    expect(failed('ZonalAllocationFailed')).toMatchObject({ phase: 'failed', code: 'Capacity', detail: expect.stringContaining('ZonalAllocationFailed why') });
    expect(failed('OperationNotAllowed', 'exceeding approved Total Regional Cores quota')).toMatchObject({ phase: 'failed', code: 'Quota' });
    expect(failed('NeverSeenBefore')).toMatchObject({ phase: 'failed', code: 'Unavailable' });
  });

  it('is ready when all run and have an address, and not before', () => {
    expect(observationOf([machine()])).toMatchObject({ phase: 'ready', status: { endpoints: { http: [{ host: '10.0.0.4', port: 80 }] } } });
    expect(observationOf([machine({ host: undefined })])).toMatchObject({ phase: 'pending' });
    expect(observationOf([machine({ power: 'stopped' })])).toMatchObject({ phase: 'pending', detail: 'vm is Succeeded stopped' });
    expect(observationOf([machine({ model: { provisioningState: 'Creating' } })])).toMatchObject({ phase: 'pending' });
    expect(observationOf([machine({ mark: { ...mark, replicas: 2 } })])).toMatchObject({ phase: 'pending', detail: '1 of 2 machines are seen' });
    expect(observationOf([machine({ model: { provisioningState: 'Deleting' } })])).toMatchObject({ phase: 'removing' });
    expect(observationOf([])).toBeUndefined();
  });

  it('forgets the attempt in a zone that had no room once there is another', () => {
    const full = machine({ name: 'vm-0', model: { provisioningState: 'Failed' }, failure: { code: 'AllocationFailed', message: '', at } });
    const next = machine({ name: 'vm-0-z1', mark: { ...mark, attempt: 1 } });
    expect(latest([next, full])).toEqual([next]);
    expect(observationOf([full, next])).toMatchObject({ phase: 'ready' });
  });
});

describe('power', () => {
  const power = (change: Parameters<typeof machine>[0]) => powerStateOf([machine(change)], { fence: `${group}/closed` }).power;
  const nic = (id: string, provisioningState: 'Succeeded' | 'Updating' = 'Succeeded') => ({ nics: [{ provisioningState, networkSecurityGroup: { id } }] });

  it('is off when the machine is stopped or deallocated, and changing while anything goes on', () => {
    expect([power({ power: 'stopped' }), power({ power: 'deallocated' }), power({ power: 'stopping' }), power({ power: '' })]).toEqual([
      'stopped',
      'stopped',
      'changing',
      'changing',
    ]);
    expect(power({ model: { provisioningState: 'Updating' } })).toBe('changing');
    expect(power(nic(`${group}/open`, 'Updating'))).toBe('changing');
  });

  it('is isolated with the fence on every interface, however its id is spelt', () => {
    expect([power(nic(`${group}/CLOSED`)), power(nic(`${group}/open`)), power({ nics: [] })]).toEqual(['isolated', 'running', 'running']);
  });
});

describe('the catalogue', () => {
  const sku = (change: Partial<ResourceSku> = {}): ResourceSku => ({
    resourceType: 'virtualMachines',
    name: 'Standard_D2s_v5',
    family: 'standardDSv5Family',
    locationInfo: [{ location: 'westeurope', zones: ['1', '2', '3'] }],
    capabilities: [
      { name: 'vCPUs', value: '2' },
      { name: 'MemoryGB', value: '8' },
      { name: 'CpuArchitectureType', value: 'x64' },
      { name: 'HyperVGenerations', value: 'V1,V2' },
    ],
    restrictions: [],
    ...change,
  });
  const names = (change: Partial<ResourceSku>, site = {}) =>
    shapesOf(sku(change), { region: 'westeurope', zones: undefined, families: undefined, ...site }).map(({ name }) => name);

  it('tells a size in the words of all clouds', () => {
    expect(shapesOf(sku(), { region: 'westeurope', zones: ['1'], families: undefined })).toEqual([
      { name: 'Standard_D2s_v5', cpu: 2, memoryBytes: 8 * 2 ** 30, arch: 'amd64', boots: ['V1', 'V2'], family: 'standardDSv5Family' },
    ]);
  });

  it('leaves out what this subscription may not use here, or in one of the zones', () => {
    expect(names({ restrictions: [{ type: 'Location', values: ['West Europe'] }] })).toEqual([]);
    expect(names({ restrictions: [{ type: 'Location', values: ['northeurope'] }] })).toHaveLength(1);
    const closed = { restrictions: [{ type: 'Zone' as const, values: ['westeurope'], restrictionInfo: { zones: ['3'] } }] };
    expect([names(closed), names(closed, { zones: ['1', '2'] }), names(closed, { zones: ['3'] })].map(({ length }) => length)).toEqual([1, 1, 0]);
    expect(names({ locationInfo: [{ location: 'westeurope', zones: ['1'] }] }, { zones: ['1', '2'] })).toEqual([]);
  });

  it('leaves out disks, graphics, confidential machines and other families', () => {
    expect(names({ resourceType: 'disks' })).toEqual([]);
    expect(names({ capabilities: [...(sku().capabilities ?? []), { name: 'GPUs', value: '1' }] })).toEqual([]);
    expect(names({ capabilities: [...(sku().capabilities ?? []), { name: 'ConfidentialComputingType', value: 'SNP' }] })).toEqual([]);
    expect([names({}, { families: ['standardBSFamily'] }), names({}, { families: ['StandardDSv5Family'] })].map(({ length }) => length)).toEqual([0, 1]);
  });
});

describe('the site', () => {
  it('is emulated when its endpoint is this machine, and only then', () => {
    const emulated = (endpoint?: string) => azureVmCapabilities(azureVmConfig.parse({ ...entry, endpoint })).emulated;
    expect([emulated(), emulated('https://management.usgovcloudapi.net'), emulated('https://localhost:5000')]).toEqual([false, false, true]);
  });

  it('can isolate when it has a fence', () => {
    const fence = `${group}/providers/Microsoft.Network/networkSecurityGroups/closed`;
    expect(azureVmCapabilities(azureVmConfig.parse(entry)).power).not.toContain('isolated');
    expect(azureVmCapabilities(azureVmConfig.parse({ ...entry, fence })).power).toContain('isolated');
  });

  it.each([
    { images: { orders: 'orders:latest' } },
    { images: { orders: 'Canonical:ubuntu-24_04-lts:server:latest' } },
    { credentials: { read: 'secret', write: 'secret' } },
    { subnet: 'apps' },
    { sshKey: '-----BEGIN OPENSSH PRIVATE KEY-----' },
    { endpoint: 'http://127.0.0.1:1' },
    { address: 'public' },
    { zone: '1' },
    { region: 'West Europe' },
  ])('refuses %j', (change) => {
    expect(azureVmConfig.safeParse({ ...entry, ...change }).success).toBe(false);
  });

  it.each([
    [`${group}/providers/Microsoft.Compute/images/orders`, 'managed'],
    [`${group}/providers/Microsoft.Compute/galleries/dr/images/orders/versions/1.0.3`, 'gallery'],
    ['Canonical:ubuntu-24_04-lts:server:24.04.202611010', 'marketplace'],
    [`${group}/providers/Microsoft.Compute/disks/orders`, undefined],
  ])('takes %s as an image: %s', (ref, kind) => {
    expect(imageOf(ref)?.kind).toBe(kind);
  });

  it('reads credentials by reference, and a secret may hold colons', async () => {
    const secret = async () => 'tenant:client:se:cret\n';
    expect(await resolveCredentials('env:DR', secret)).toEqual({ kind: 'secret', tenant: 'tenant', clientId: 'client', secret: 'se:cret' });
    expect(await resolveCredentials('identity:abc', secret)).toEqual({ kind: 'managed', clientId: 'abc' });
    expect(await resolveCredentials(undefined, secret)).toEqual({ kind: 'default' });
    await expect(resolveCredentials('env:DR', async () => 'tenant:client')).rejects.toThrow('env:DR must hold <tenant>:<client id>:<secret>');
  });
});

describe('an image', () => {
  const signal = new AbortController().signal;
  const calls = {
    managedImage: async () =>
      ({
        location: 'westeurope',
        storageProfile: { osDisk: { osType: 'Linux', osState: 'Generalized', diskSizeGB: 30, diskEncryptionSet: { id: 'keys-of-dr' } } },
      }) as const,
    galleryImage: async () => ({ location: '', architecture: 'Arm64', hyperVGeneration: 'V2' }),
    galleryVersion: async () => ({
      location: '',
      storageProfile: { osDiskImage: { sizeInGB: 40 } },
      publishingProfile: { publishedDate: new Date('2026-03-01T08:00:00Z'), targetRegions: [{ name: 'West Europe' }, { name: 'North Europe' }] },
    }),
    marketImage: async () => ({ name: '', location: '', architecture: 'x64', hyperVGeneration: 'V2', plan: { publisher: 'p', name: 'n', product: 'o' } }),
  };
  const gallery = `${group}/providers/Microsoft.Compute/galleries/dr/images/orders/versions/1.0.3`;

  it.each([
    [
      `${group}/providers/Microsoft.Compute/images/orders`,
      { arch: ['amd64'], diskGib: 30, boots: 'V1', boot: ['bios'], regions: ['westeurope'], keys: ['keys-of-dr'] },
    ],
    [gallery, { arch: ['arm64'], diskGib: 40, boots: 'V2', boot: ['uefi'], regions: ['westeurope', 'northeurope'], createdAt: '2026-03-01T08:00:00.000Z' }],
    ['Canonical:ubuntu-24_04-lts:server:24.04.202611010', { arch: ['amd64'], boots: 'V2', boot: ['uefi'], exportable: false }],
    [gallery.replace('11111111', '99999999'), { arch: [] }],
  ])('%s is told by where it lies', async (ref, facts) => {
    expect(await factsOfImage(calls, ref, entry.subscription, signal)).toEqual({ ref, format: 'native:azure', copies: ['azure'], ...facts });
  });
});

describe('errors', () => {
  const answer = (statusCode: number, code?: string, message = 'm') =>
    classify(Object.assign(new Error(message), { name: 'RestError', statusCode, code })).code;

  it.each([
    [409, 'SkuNotAvailable', 'Capacity'],
    [404, 'ResourceNotFound', 'NotFound'],
    [409, 'AnotherOperationInProgress', 'Unavailable'],
    [400, 'NicReservedForAnotherVm', 'Unavailable'],
    [409, 'PropertyChangeNotAllowed', 'Conflict'],
    [403, 'AuthorizationFailed', 'Denied'],
    [401, 'ExpiredAuthenticationToken', 'Denied'],
    [400, 'InvalidParameter', 'Invalid'],
    [400, 'constructor', 'Invalid'],
    [503, undefined, 'Unavailable'],
    [418, 'NeverSeenBefore', 'Unknown'],
  ])('%d %s is %s', (status, code, named) => {
    expect(answer(status, code)).toBe(named);
  });

  it('tell what is over the quota from what the state of a machine forbids, though Azure has one code for both', () => {
    expect(answer(409, 'OperationNotAllowed', 'Operation could not be completed as it results in exceeding approved Total Regional Cores quota.')).toBe(
      'Quota',
    );
    expect(answer(409, 'OperationNotAllowed', 'The VM is marked for deletion.')).toBe('Conflict');
    expect(codeNamed('AllocationFailed')).toBe('Capacity');
  });

  it('find the code in what the SDK throws for a failed operation, and in nothing else', () => {
    expect(classify(new Error('The long-running operation has failed. AllocationFailed. Allocation failed.')).code).toBe('Capacity');
    expect(classify(new Error('AllocationFailed')).code).toBe('Unknown');
  });

  it('hand on how long Azure wants to be left alone, whatever the headers are', () => {
    const throttled = (headers: unknown) => classify(Object.assign(new Error('m'), { statusCode: 429, code: 'TooManyRequests', response: { headers } }));
    expect(throttled({ get: (name: string) => (name === 'retry-after' ? '7' : undefined) })).toEqual({ code: 'Throttled', retryAfterMs: 7000 });
    expect(throttled({ 'retry-after': '7' })).toEqual({ code: 'Throttled', retryAfterMs: 7000 });
    expect(throttled({})).toEqual({ code: 'Throttled' });
  });

  it('know credentials that are refused from an authority that does not answer', () => {
    const thrown = (name: string, message: string) => classify(Object.assign(new Error(message), { name })).code;
    expect(thrown('AuthenticationError', 'invalid_client: AADSTS7000222: The provided client secret keys are expired.')).toBe('Denied');
    expect(thrown('CredentialUnavailableError', 'no credential')).toBe('Denied');
    expect(thrown('AggregateAuthenticationError', 'ChainedTokenCredential authentication failed.')).toBe('Denied');
    expect(thrown('AuthenticationError', 'network_error: connect ECONNREFUSED 127.0.0.1:1')).toBe('Unavailable');
    expect(classify(Object.assign(new Error('m'), { name: 'RestError', code: 'REQUEST_SEND_ERROR' })).code).toBe('Unavailable');
  });
});
