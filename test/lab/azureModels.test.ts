import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { handlers } from '../../lab/azure/handlers.ts';
import { actionOf, allows } from '../../lab/azure/identity/actions.ts';
import { check } from '../../lab/azure/models/check.ts';
import { describedOperations } from '../../lab/azure/models/description.ts';
import { Routes } from '../../lab/azure/models/route.ts';

const operations = new Map(describedOperations().map((operation) => [operation.id, operation]));

/** What the answers of the years before have against the descriptions of now. All else in them fits. */
const RECORDED: readonly [file: string, operation: string, findings: readonly string[]][] = [
  [
    'providers_Microsoft_Compute_virtualMachines',
    'VirtualMachines_ListAll',
    // Put in by hand: "False" is no Boolean.
    ['type value[0].properties.additionalCapabilities.ultraSSDEnabled', 'type value[0].properties.additionalCapabilities.hibernationEnabled'],
  ],
  ['resourceGroups_000000_providers_Microsoft_Compute_virtualMachines_test_node_1', 'VirtualMachines_Get', []],
  ['resourceGroups_000000_providers_Microsoft_Compute_virtualMachines_test_node_1_InstanceView', 'VirtualMachines_InstanceView', []],
  ['resourceGroups_000000_providers_Microsoft_Compute_virtualMachines_test_node_2_InstanceView', 'VirtualMachines_InstanceView', []],
  // Never described.
  ['providers_Microsoft_Compute_disks', 'Disks_List', ['unknown value[0].properties.ownerId']],
  // Of 2016-04-30-preview.
  ['resourceGroups_000000_providers_Microsoft_Compute_disks_test_disk_1', 'Disks_Get', ['unknown properties.accountType', 'unknown properties.ownerId']],
  // It is a machine under the name of a disk.
  [
    'resourceGroups_000000_providers_Microsoft_Compute_disks_test_node_disk_1',
    'Disks_Get',
    ['unknown properties.vmId', 'unknown properties.hardwareProfile', 'unknown properties.storageProfile', 'unknown properties.networkProfile'],
  ],
  ['providers_Microsoft_Compute_locations_eastus_vmSizes', 'VirtualMachineSizes_List', []],
  // Never described.
  [
    'providers_Microsoft_Network_networkInterfaces',
    'NetworkInterfaces_ListAll',
    ['unknown value[0].properties.ipConfigurations[0].properties.isInUseWithService'],
  ],
  ['resourceGroups_000000_providers_Microsoft_Network_networkInterfaces_test_node_1_nic', 'NetworkInterfaces_Get', []],
  [
    'resourceGroups_REVIZOR_providers_Microsoft_Network_networkInterfaces_test_nic',
    'NetworkInterfaces_Get',
    ['unknown properties.ipConfigurations[0].properties.isInUseWithService'],
  ],
  ['resourceGroups_REVIZOR_providers_Microsoft_Network_publicIPAddresses_test_public_ip', 'PublicIPAddresses_Get', []],
  ['providers_Microsoft_Network_virtualnetworks', 'VirtualNetworks_ListAll', []],
];

describe("Microsoft's descriptions in the Azure lab", () => {
  it.each(RECORDED)('fit the recorded answer %s', (file, id, expected) => {
    const { answers, models } = found(id);
    const body: unknown = JSON.parse(readFileSync(new URL(`fixtures/azure/${file}.json`, import.meta.url), 'utf8'));
    const { findings } = answers['200'] ? check(body, answers['200'], models, 'answer') : { findings: [] };
    expect(findings.map(({ kind, path }) => `${kind} ${path}`)).toEqual(expected);
  });

  it('know every operation that the lab does, at the path that is its own', () => {
    const routes = new Routes();
    for (const id of Object.keys(handlers)) {
      const { method, path } = found(id);
      const asked = path.replaceAll(/\{(\w+)\}/g, '$1').toUpperCase();
      const { operation, params } = routes.find(method, asked) ?? {};
      expect(operation?.id).toBe(id);
      expect(Object.entries(params ?? {}).every(([name, value]) => name.toUpperCase() === value)).toBe(true);
    }
    expect(operations.size).toBeGreaterThan(1000);
    expect(found('VirtualMachines_PowerOff').path).toMatch(/\/powerOff$/);
    expect(found('Disks_Delete')).toMatchObject({ method: 'DELETE', apiVersion: '2024-03-02' });
  });

  it('find what is missing, unknown and of another type, wherever it is, in what is sent and in what is answered', () => {
    const { requestBody, models } = found('VirtualMachines_CreateOrUpdate');
    if (!requestBody) throw new Error('it has a body');
    const machine = {
      zones: [1],
      name: 'read only',
      properties: {
        vmId: 'read only',
        osProfile: { colour: 'red' },
        storageProfile: { osDisk: { caching: 'Never' }, dataDisks: [{ lun: '0', createOption: 'Empty' }] },
      },
    };
    const request = check(machine, requestBody, models, 'request');
    expect(request.findings.map(({ kind, path }) => `${kind} ${path}`).toSorted()).toEqual([
      'missing location',
      'missing properties.storageProfile.osDisk.createOption',
      'type properties.storageProfile.dataDisks[0].lun',
      'type zones[0]',
      'unknown properties.osProfile.colour',
      'value properties.storageProfile.osDisk.caching',
    ]);
    expect(request.value).not.toHaveProperty('name');
    expect(request.value).not.toHaveProperty('properties.vmId');
    expect(check({ location: 'x', name: 'shown', properties: { vmId: 'shown' } }, requestBody, models, 'answer')).toEqual({
      value: { location: 'x', name: 'shown', properties: { vmId: 'shown' } },
      findings: [],
    });
  });

  it('give every request the right that it needs', () => {
    const group = '/subscriptions/s/resourceGroups/g';
    const machine = `${group}/providers/Microsoft.Compute/virtualMachines/m`;
    expect(actionOf('GET', machine)).toBe('Microsoft.Compute/virtualMachines/read');
    expect(actionOf('PATCH', machine)).toBe('Microsoft.Compute/virtualMachines/write');
    expect(actionOf('POST', `${machine}/powerOff`)).toBe('Microsoft.Compute/virtualMachines/powerOff/action');
    expect(actionOf('GET', `${group}/providers/Microsoft.Network/virtualNetworks/n/subnets/s`)).toBe('Microsoft.Network/virtualNetworks/subnets/read');
    expect(actionOf('GET', '/subscriptions/s/providers/Microsoft.Compute/locations/l/usages')).toBe('Microsoft.Compute/locations/usages/read');
    expect(actionOf('GET', group)).toBe('Microsoft.Resources/subscriptions/resourceGroups/read');
    expect(allows(['*/read'], 'Microsoft.Compute/virtualMachines/read')).toBe(true);
    expect(allows(['*/read', 'Microsoft.Compute/*/action'], 'Microsoft.Compute/virtualMachines/write')).toBe(false);
    expect(allows(['microsoft.compute/VIRTUALMACHINES/*'], 'Microsoft.Compute/virtualMachines/start/action')).toBe(true);
  });
});

function found(id: string) {
  const operation = operations.get(id);
  if (!operation) throw new Error(`Microsoft describes no ${id}`);
  return operation;
}
