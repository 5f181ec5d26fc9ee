import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzureLab, startAzureLab } from '../../lab/azure/lab.ts';
import { type AzureClients, azureClients, FAST } from './azureClient.ts';

const VM = '{}/Microsoft.Compute/virtualMachines/m?api-version=2024-11-01';
const NIC = '{}/Microsoft.Network/networkInterfaces/n?api-version=2025-05-01';
const IP = '{}/Microsoft.Network/publicIPAddresses/p?api-version=2025-05-01';
const DISK = '{}/Microsoft.Compute/disks/d?api-version=2024-03-02';

/** Spoils a right request. */
type Change = (body: object) => void;

const set =
  (path: string, value: unknown): Change =>
  (body) => {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const place = names.reduce<object>((inner, name) => Object(Reflect.get(inner, name)), body);
    if (value === undefined) Reflect.deleteProperty(place, last);
    else Reflect.set(place, last, value);
  };
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, '']));

const MACHINE: readonly [what: string, change: Change, status: number, code: string][] = [
  ['without a place', set('location', undefined), 400, 'LocationRequired'],
  ['elsewhere', set('location', 'mars'), 400, 'LocationNotAvailableForResourceType'],
  ['with a name at the top that nobody knows', set('colour', 'red'), 400, 'InvalidRequestContent'],
  ['with a name further down that nobody knows', set('properties.hardwareProfile.colour', 'red'), 400, 'BadRequest'],
  ['with a number for text', set('properties.hardwareProfile.vmSize', 1), 400, 'BadRequest'],
  ['with text for a list', set('zones', '1'), 400, 'BadRequest'],
  ['with a value that its closed list lacks', set('properties.storageProfile.osDisk.caching', 'Sometimes'), 400, 'BadRequest'],
  ['without what a disk must say', set('properties.storageProfile.osDisk.createOption', undefined), 400, 'InvalidParameter'],
  ['without a size', set('properties.hardwareProfile', undefined), 400, 'InvalidParameter'],
  ['of a size that there is not', set('properties.hardwareProfile.vmSize', 'Standard_Huge'), 400, 'InvalidParameter'],
  ['of a size for other processors than its image', set('properties.hardwareProfile.vmSize', 'Standard_D2ps_v5'), 400, 'BadRequest'],
  ['without a system', set('properties.storageProfile', undefined), 400, 'InvalidParameter'],
  ['from an image that is not there', set('properties.storageProfile.imageReference.id', '/none'), 404, 'NotFound'],
  ['with a disk smaller than its image', set('properties.storageProfile.osDisk.diskSizeGB', 10), 400, 'OperationNotAllowed'],
  ['without a name for its system', set('properties.osProfile.computerName', undefined), 400, 'InvalidParameter'],
  ['with a user that is not allowed', set('properties.osProfile.adminUsername', 'admin'), 400, 'InvalidParameter'],
  ['without a key or password', set('properties.osProfile.linuxConfiguration', undefined), 400, 'InvalidParameter'],
  ['with a weak password', set('properties.osProfile.adminPassword', 'password'), 400, 'InvalidParameter'],
  ['with a key elsewhere', set('properties.osProfile.linuxConfiguration.ssh.publicKeys.0.path', '/root/keys'), 400, 'InvalidParameter'],
  ['with custom data that is not base64', set('properties.osProfile.customData', '#!/bin/sh'), 400, 'InvalidParameter'],
  ['with too much custom data', set('properties.osProfile.customData', 'AAAA'.repeat(21_846)), 400, 'InvalidParameter'],
  ['with user data that is not base64', set('properties.userData', 'a b'), 400, 'InvalidParameter'],
  ['without an interface', set('properties.networkProfile', undefined), 400, 'InvalidParameter'],
  ['with an interface that is not there', set('properties.networkProfile.networkInterfaces.0.id', '/none'), 404, 'NotFound'],
  ['in a zone that there is not', set('zones', ['9']), 400, 'InvalidAvailabilityZone'],
  ['in two zones', set('zones', ['1', '2']), 400, 'InvalidAvailabilityZone'],
  ['with 51 tags', set('tags', many(51)), 400, 'TooManyTags'],
  ['with a tag of a reserved letter', set('tags', { 'a/b': '' }), 400, 'InvalidTagNameCharacters'],
  ['with a tag whose name is too long', set('tags', { ['a'.repeat(513)]: '' }), 400, 'InvalidTagNameLength'],
  ['with a tag whose value is too long', set('tags', { a: 'a'.repeat(257) }), 400, 'InvalidTagValueLength'],
  ['with a tag twice', set('tags', { role: '1', Role: '2' }), 400, 'DuplicateTagName'],
  ['with a tag that is a number', set('tags', { role: 1 }), 400, 'BadRequest'],
];

const INTERFACE: readonly [what: string, change: Change, status: number, code: string][] = [
  ['without an address', set('properties.ipConfigurations', []), 400, 'NetworkInterfaceMustHaveAtLeastOneIPConfiguration'],
  ['with a name that nobody knows', set('properties.colour', 'red'), 400, 'InvalidRequestFormat'],
  ['in a subnet that is not there', set('properties.ipConfigurations.0.properties.subnet.id', '/none'), 400, 'InvalidResourceReference'],
  ['behind a group that is not there', set('properties.networkSecurityGroup', { id: '/none' }), 400, 'InvalidResourceReference'],
  [
    'with an address of another network',
    set('properties.ipConfigurations.0.properties', { privateIPAllocationMethod: 'Static', privateIPAddress: '10.0.0.4' }),
    400,
    'InvalidResourceReference',
  ],
];

const REQUESTS: readonly [what: string, method: string, path: string, body: unknown, status: number, code: string][] = [
  ['without a version', 'GET', VM.split('?')[0] ?? '', undefined, 400, 'MissingApiVersionParameter'],
  ['of a version that there is not', 'GET', VM.replace('2024-11-01', '1999-01-01'), undefined, 400, 'InvalidApiVersionParameter'],
  ['for something that there is not', 'GET', '{}/Microsoft.Compute/toasters/t?api-version=2024-11-01', undefined, 404, 'InvalidResourceType'],
  ['that Microsoft describes and the lab does not do', 'POST', VM.replace('/m?', '/m/generalize?'), undefined, 501, 'NotImplemented'],
  ['at an address that is none', 'GET', VM.replace('/m?', '/%E0?'), undefined, 400, 'BadRequest'],
  ['in a group that is not there', 'GET', VM.replace('{}', '{}/../../none/providers'), undefined, 404, 'ResourceGroupNotFound'],
  ['in another subscription', 'GET', '/subscriptions/none/resourceGroups?api-version=2025-04-01', undefined, 404, 'SubscriptionNotFound'],
  ['that is not JSON', 'PUT', VM, '{', 400, 'InvalidRequestContent'],
  ['without a body', 'PUT', VM, undefined, 400, 'InvalidRequestContent'],
  ['that is a list', 'PUT', VM, [], 400, 'BadRequest'],
  ['about a machine that is not there', 'PATCH', VM, { tags: {} }, 404, 'ResourceNotFound'],
  [
    'about an operation that is not there',
    'GET',
    '/subscriptions/{id}/providers/Microsoft.Compute/locations/westeurope/operations/x?api-version=2024-11-01',
    undefined,
    404,
    'NotFound',
  ],
  ['with an unknown thing to expand', 'GET', `${VM}&$expand=colours`, undefined, 404, 'ResourceNotFound'],
  ['for a machine with a wrong name', 'PUT', VM.replace('/m?', '/_m?'), { location: 'westeurope' }, 400, 'InvalidParameter'],
  ['for an interface with a wrong name', 'PUT', NIC.replace('/n?', '/n-?'), { location: 'westeurope' }, 400, 'InvalidResourceName'],
  ['for an address of the retired kind', 'PUT', IP, { location: 'westeurope' }, 400, 'IPv4BasicSkuPublicIpCountLimitReached'],
  ['for an address that would change', 'PUT', IP, { location: 'westeurope', sku: { name: 'Standard' } }, 400, 'StandardSkuPublicIPAddressMustBeStatic'],
  ['for a disk without a size', 'PUT', DISK, { location: 'westeurope', properties: { creationData: { createOption: 'Empty' } } }, 400, 'InvalidParameter'],
];

describe('the Azure lab refuses', () => {
  let lab: RunningAzureLab;
  let azure: AzureClients;
  const machine = (): object => ({
    ...JSON.parse(
      JSON.stringify({
        location: lab.location,
        properties: {
          hardwareProfile: { vmSize: 'Standard_B1s' },
          storageProfile: { imageReference: { id: lab.image }, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
          osProfile: {
            computerName: 'm',
            adminUsername: 'someone',
            linuxConfiguration: { ssh: { publicKeys: [{ path: '/home/someone/.ssh/authorized_keys', keyData: 'ssh-ed25519 AAAA x' }] } },
          },
          networkProfile: { networkInterfaces: [{ id: lab.subnetId.replace(/virtualNetworks.*/, 'networkInterfaces/ready') }] },
        },
      }),
    ),
  });
  const nic = (): object =>
    JSON.parse(JSON.stringify({ location: lab.location, properties: { ipConfigurations: [{ name: 'main', properties: { subnet: { id: lab.subnetId } } }] } }));

  beforeAll(async () => {
    lab = await startAzureLab({ operationMs: 30 });
    azure = azureClients(lab);
    await azure.nic('ready');
  });
  afterAll(() => lab.stop());

  it.each(MACHINE)('a machine %s', async (_, change, status, code) => {
    const body = machine();
    change(body);
    expect(await azure.ask('PUT', VM, body)).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
    expect(lab.inventory().virtualMachines).toEqual([]);
  });

  it.each(INTERFACE)('an interface %s', async (_, change, status, code) => {
    const body = nic();
    change(body);
    expect(await azure.ask('PUT', NIC, body)).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
  });

  it.each(REQUESTS)('a request %s', async (_, method, path, body, status, code) => {
    expect(await azure.ask(method, path.replace('{id}', lab.subscription), body)).toMatchObject({ status, body: { error: { code } } });
  });

  it('nothing of the same machine unspoilt, even with what only the service writes', async () => {
    const body = machine();
    for (const path of ['id', 'etag', 'properties.vmId', 'properties.provisioningState']) set(path, 'mine')(body);
    const began = await azure.ask('PUT', VM, body);
    expect(began).toMatchObject({ status: 201, body: { properties: { provisioningState: 'Creating' } } });
    expect(JSON.stringify(began.body)).not.toContain('mine');
    await azure.ended(began);
    expect(await azure.ask('GET', `${VM}&$expand=colours`)).toMatchObject({ status: 400, body: { error: { code: 'InvalidParameter', target: '$expand' } } });
    await azure.compute.virtualMachines.delete(lab.resourceGroup, 'm', FAST);
    await azure.nic('ready');
  });

  it('an address that somebody has, and one outside its subnet', async () => {
    const fixed = (privateIPAddress: string) => ({
      ipConfigurations: [{ name: 'main', subnet: { id: lab.subnetId }, privateIPAllocationMethod: 'Static', privateIPAddress }],
    });
    await azure.nic('fixed', fixed('127.79.0.99'));
    await expect(azure.nic('other', fixed('127.79.0.99'))).rejects.toMatchObject({ code: 'PrivateIPAddressInUse' });
    await expect(azure.nic('other', fixed('127.79.0.3'))).rejects.toMatchObject({ code: 'PrivateIPAddressNotInSubnet' });
    await azure.network.networkInterfaces.delete(lab.resourceGroup, 'fixed', FAST);
    await azure.nic('other', fixed('127.79.0.99'));
    await azure.network.networkInterfaces.delete(lab.resourceGroup, 'other', FAST);
  });
});
