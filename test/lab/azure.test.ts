import type { VirtualMachine } from '@azure/arm-compute';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzureLab, startAzureLab } from '../../lab/azure/lab.ts';
import { all, type AzureClients, azureClients, FAST } from './azureClient.ts';

describe("the Azure lab, through Microsoft's own clients", () => {
  let lab: RunningAzureLab;
  let azure: AzureClients;
  let group: string;
  const make = async (name: string, more: Partial<VirtualMachine> = {}): Promise<VirtualMachine> =>
    azure.compute.virtualMachines.createOrUpdate(group, name, azure.machine(await azure.nic(`${name}-nic`), more), FAST);
  const power = async (name: string): Promise<string | undefined> =>
    (await azure.compute.virtualMachines.instanceView(group, name)).statuses?.find(({ code }) => code?.startsWith('PowerState'))?.code;
  const remove = (name: string) => azure.compute.virtualMachines.delete(group, name, FAST);
  const vmPath = (name: string, rest = '') => `{}/Microsoft.Compute/virtualMachines/${name}${rest}?api-version=2024-11-01`;
  const nicPath = (name: string) => `{}/Microsoft.Network/networkInterfaces/${name}?api-version=2025-05-01`;

  beforeAll(async () => {
    lab = await startAzureLab({ operationMs: 150, nicReservationMs: 1500, coreLimit: 12, pageSize: 2 });
    azure = azureClients(lab);
    group = lab.resourceGroup;
  });
  afterAll(() => lab.stop());
  afterEach(async () => {
    lab.faults.clear();
    const gone = async (ids: readonly string[], version: string): Promise<void> => {
      for (const id of ids) await expect.poll(async () => (await azure.ask('DELETE', `${id}?api-version=${version}`)).status, { timeout: 10_000 }).toBe(204);
    };
    await gone(lab.inventory().virtualMachines, '2024-11-01');
    await gone(lab.inventory().networkInterfaces, '2025-05-01');
    await gone(lab.inventory().publicIPAddresses, '2025-05-01');
    await gone(lab.inventory().disks, '2024-03-02');
  });

  it('makes a machine, with an address of the subnet and a disk that has its tags, and never shows what it was told in secret', async () => {
    const made = await make('first', { tags: { role: 'db' }, zones: ['2'], userData: Buffer.from('seen').toString('base64') });
    expect(made).toMatchObject({ provisioningState: 'Succeeded', zones: ['2'], tags: { role: 'db' }, hardwareProfile: { vmSize: 'Standard_B1s' } });
    expect(await power('first')).toBe('PowerState/running');
    const nic = await azure.network.networkInterfaces.get(group, 'first-nic');
    expect(nic).toMatchObject({
      primary: true,
      virtualMachine: { id: made.id },
      ipConfigurations: [{ privateIPAddress: expect.stringMatching(/^127\.79\.0\.\d+$/) }],
    });
    const disk = await azure.compute.disks.get(group, made.storageProfile?.osDisk?.name ?? '');
    expect(disk.managedBy?.toLowerCase()).toBe(made.id?.toLowerCase());
    expect(disk).toMatchObject({ tags: { role: 'db' }, zones: ['2'], diskState: 'Attached', diskSizeGB: 30 });
    expect(JSON.stringify(made)).not.toMatch(/customData|userData/);
    const shown = await azure.compute.virtualMachines.get(group, 'first', { expand: 'userData' });
    expect(Buffer.from(shown.userData ?? '', 'base64').toString()).toBe('seen');
    expect(JSON.stringify(shown)).not.toContain('customData');
    await remove('first');
    expect(lab.inventory()).toEqual({ virtualMachines: [], networkInterfaces: [], disks: [], publicIPAddresses: [] });
  });

  it('stops, starts and deallocates, and says what goes on in between', async () => {
    await make('power');
    lab.faults.plant({ call: 'VirtualMachines_PowerOff', how: { kind: 'slowOperation', ms: 1200 } });
    const began = await azure.ask('POST', vmPath('power', '/powerOff'));
    expect(began).toMatchObject({
      status: 202,
      headers: { 'azure-asyncoperation': expect.stringContaining('/operations/'), location: expect.stringContaining('/operationResults/') },
    });
    expect(await power('power')).toBe('PowerState/stopping');
    expect((await azure.ask('GET', String(began.headers.location))).status).toBe(202);
    expect(await azure.ended(began)).toMatchObject({ status: 'Succeeded', endTime: expect.any(String) });
    expect((await azure.ask('GET', String(began.headers.location))).status).toBe(200);
    expect(await power('power')).toBe('PowerState/stopped');
    await azure.compute.virtualMachines.start(group, 'power', FAST);
    expect(await power('power')).toBe('PowerState/running');
    await azure.compute.virtualMachines.deallocate(group, 'power', FAST);
    expect(await power('power')).toBe('PowerState/deallocated');
    await remove('power');
  });

  it('takes the same machine again as one, changes what may change, and refuses what may not', async () => {
    const nic = await azure.nic('again-nic');
    const wanted = azure.machine(nic, { tags: { a: '1' } });
    const put = (more: Partial<VirtualMachine> = {}) => azure.compute.virtualMachines.createOrUpdate(group, 'again', { ...wanted, ...more }, FAST);
    const made = await put();
    expect(await put()).toMatchObject({ vmId: made.vmId, storageProfile: { osDisk: { name: made.storageProfile?.osDisk?.name } } });
    expect(await put({ tags: { a: '2' } })).toMatchObject({ vmId: made.vmId, tags: { a: '2' } });
    await expect(put({ osProfile: { ...wanted.osProfile, customData: 'b3RoZXI=' } })).rejects.toMatchObject({
      statusCode: 409,
      code: 'PropertyChangeNotAllowed',
      message: "Changing property 'customData' is not allowed.",
    });
    await expect(put({ zones: ['1'] })).rejects.toMatchObject({ code: 'PropertyChangeNotAllowed' });
    await azure.compute.virtualMachines.update(group, 'again', { userData: 'b3JkZXI=' }, FAST);
    expect(await azure.compute.virtualMachines.get(group, 'again', { expand: 'userData' })).toMatchObject({ userData: 'b3JkZXI=', tags: { a: '2' } });
    expect(await azure.compute.virtualMachines.update(group, 'again', { hardwareProfile: { vmSize: 'Standard_B2s' } }, FAST)).toMatchObject({
      hardwareProfile: { vmSize: 'Standard_B2s' },
      provisioningState: 'Succeeded',
    });
    await remove('again');
  });

  it('removes with a machine what was to go along, and leaves the rest', async () => {
    const ip = await azure.network.publicIPAddresses.createOrUpdate(
      group,
      'goes-ip',
      { location: lab.location, sku: { name: 'Standard' }, publicIPAllocationMethod: 'Static' },
      FAST,
    );
    const ipConfigurations = [{ name: 'main', subnet: { id: lab.subnetId }, publicIPAddress: { id: ip.id ?? '', deleteOption: 'Delete' } }];
    const goes = await azure.nic('goes-nic', { ipConfigurations });
    await azure.compute.virtualMachines.createOrUpdate(group, 'goes', azure.machine(goes), FAST);
    const stays = await azure.nic('stays-nic');
    const machine = azure.machine(stays, {
      networkProfile: { networkInterfaces: [{ id: stays }] },
      storageProfile: { imageReference: { id: lab.image }, osDisk: { name: 'stays-disk', createOption: 'FromImage' } },
    });
    await azure.compute.virtualMachines.createOrUpdate(group, 'stays', machine, FAST);
    await Promise.all([remove('goes'), remove('stays')]);
    const left = lab.inventory();
    expect(left).toMatchObject({ virtualMachines: [], publicIPAddresses: [] });
    expect(left.networkInterfaces).toEqual([stays]);
    expect(left.disks).toEqual([expect.stringMatching(/\/stays-disk$/)]);
    expect(await azure.compute.disks.get(group, 'stays-disk')).toMatchObject({ diskState: 'Unattached' });
    await azure.compute.disks.update(group, 'stays-disk', { tags: { kept: 'no' } }, FAST);
    await azure.compute.disks.delete(group, 'stays-disk', FAST);
    await azure.network.networkInterfaces.delete(group, 'stays-nic', FAST);
    await remove('stays');
  });

  it('makes interface and address along with a machine that asks for them, and removes them with it', async () => {
    const machine = azure.machine('', {
      networkProfile: {
        networkApiVersion: '2022-11-01',
        networkInterfaceConfigurations: [
          {
            name: 'own',
            primary: true,
            deleteOption: 'Delete',
            networkSecurityGroup: { id: lab.openNsgId },
            ipConfigurations: [
              {
                name: 'main',
                subnet: { id: lab.subnetId },
                publicIPAddressConfiguration: { name: 'own', deleteOption: 'Delete', sku: { name: 'Standard' }, publicIPAllocationMethod: 'Static' },
              },
            ],
          },
        ],
      },
    });
    const made = await azure.compute.virtualMachines.createOrUpdate(group, 'owner', machine, FAST);
    expect(await azure.compute.virtualMachines.createOrUpdate(group, 'owner', machine, FAST)).toMatchObject({ vmId: made.vmId });
    expect(made.networkProfile?.networkInterfaces).toEqual(lab.inventory().networkInterfaces.map((id) => ({ id, primary: true, deleteOption: 'Delete' })));
    expect(lab.inventory().publicIPAddresses).toHaveLength(1);
    await remove('owner');
    expect(lab.inventory()).toMatchObject({ networkInterfaces: [], publicIPAddresses: [] });
  });

  it('tells of a lack of room in the operation alone, and leaves a failed machine there', async () => {
    const nic = await azure.nic('full-nic');
    lab.faults.plant({ call: 'VirtualMachines_CreateOrUpdate', zone: '1', how: { kind: 'capacity' } });
    const began = await azure.ask('PUT', vmPath('full'), { ...body(azure.machine(nic)), zones: ['1'] });
    expect(began).toMatchObject({ status: 201, body: { properties: { provisioningState: 'Creating' } } });
    expect(await azure.ended(began)).toMatchObject({ status: 'Failed', error: { code: 'ZonalAllocationFailed' } });
    expect(await azure.compute.virtualMachines.get(group, 'full', { expand: 'instanceView' })).toMatchObject({
      provisioningState: 'Failed',
      instanceView: { statuses: [{ code: 'ProvisioningState/failed/ZonalAllocationFailed', level: 'Error' }] },
    });
    lab.faults.plant({ call: 'VirtualMachines_Start', how: { kind: 'capacity' } });
    await expect(azure.compute.virtualMachines.start(group, 'full', FAST)).rejects.toThrow(/AllocationFailed/);
    await azure.compute.virtualMachines.createOrUpdate(group, 'full', azure.machine(nic, { zones: ['1'] }), FAST);
    expect(await power('full')).toBe('PowerState/running');
    await remove('full');
    lab.faults.plant({ call: 'VirtualMachines_CreateOrUpdate', how: { kind: 'refuse', status: 200, code: 'OverconstrainedAllocationRequest' } });
    await expect(make('tight')).rejects.toThrow(/OverconstrainedAllocationRequest/);
    await remove('tight');
  });

  it('counts cores and refuses more than its quota at once; the interface stays reserved for a while', async () => {
    await make('cores', { hardwareProfile: { vmSize: 'Standard_D8s_v5' } });
    const usage = await all(azure.compute.usage.list(lab.location));
    expect(usage.find(({ name }) => name.value === 'cores')).toMatchObject({ currentValue: 8, limit: 12 });
    await expect(make('more', { hardwareProfile: { vmSize: 'Standard_D8s_v5' } })).rejects.toMatchObject({
      statusCode: 409,
      code: 'OperationNotAllowed',
      message: expect.stringContaining('exceeding approved Total Regional Cores quota'),
    });
    const refused = await azure.ask('DELETE', nicPath('more-nic'));
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'NicReservedForAnotherVm' } } });
    await expect.poll(async () => (await azure.ask('DELETE', nicPath('more-nic'))).status, { timeout: 10_000 }).toBe(204);
    await remove('cores');
  });

  it('lists sizes with what this subscription may not use, and refuses those', async () => {
    const skus = await all(azure.compute.resourceSkus.list({ filter: `location eq '${lab.location}'` }));
    const closed = skus.filter(({ restrictions = [] }) => restrictions.length > 0);
    expect(closed.map(({ name }) => name).toSorted()).toEqual(['Standard_E2s_v5', 'Standard_E4s_v5', 'Standard_M8ms']);
    expect(skus.find(({ name }) => name === 'Standard_B2s')?.capabilities).toContainEqual({ name: 'MemoryGB', value: '4' });
    expect(await all(azure.compute.virtualMachineSizes.list(lab.location))).toContainEqual(expect.objectContaining({ name: 'Standard_B1s', memoryInMB: 1024 }));
    for (const more of [{ hardwareProfile: { vmSize: 'Standard_M8ms' } }, { hardwareProfile: { vmSize: 'Standard_E2s_v5' }, zones: ['3'] }])
      await expect(make('closed', more)).rejects.toMatchObject({ statusCode: 409, code: 'SkuNotAvailable' });
    await azure.network.networkInterfaces.delete(group, 'closed-nic', FAST);
  });

  it('refuses a second request while one goes on, but a removal, which ends it', async () => {
    const nic = await azure.nic('busy-nic');
    lab.faults.plant({ call: 'VirtualMachines_CreateOrUpdate', how: { kind: 'slowOperation', ms: 20_000 } });
    lab.faults.plant({ call: 'VirtualMachines_Delete', how: { kind: 'slowOperation', ms: 1200 } });
    const began = await azure.ask('PUT', vmPath('busy'), body(azure.machine(nic)));
    expect(await azure.ask('POST', vmPath('busy', '/start'))).toMatchObject({ status: 409, body: { error: { code: 'Conflict' } } });
    expect(await azure.ask('PUT', vmPath('busy'), body(azure.machine(nic)))).toMatchObject({
      status: 200,
      body: { properties: { provisioningState: 'Creating' } },
    });
    const removed = await azure.ask('DELETE', vmPath('busy'));
    expect(await azure.ended(began)).toMatchObject({ status: 'Failed', error: { code: 'OperationPreempted' } });
    expect(await azure.ask('POST', vmPath('busy', '/start'))).toMatchObject({ status: 409, body: { error: { code: 'OperationNotAllowed' } } });
    expect(await azure.ask('DELETE', vmPath('busy'))).toMatchObject({ status: 202 });
    await azure.ended(removed);
    expect((await azure.ask('GET', String(removed.headers.location))).status).toBe(204);
    expect(await azure.ask('DELETE', vmPath('busy'))).toMatchObject({ status: 204 });
    await expect(azure.compute.virtualMachines.get(group, 'busy')).rejects.toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
  });

  it('does not give away interfaces, addresses and disks that are in use', async () => {
    const address = { location: lab.location, sku: { name: 'Standard' }, publicIPAllocationMethod: 'Static' };
    const ip = await azure.network.publicIPAddresses.createOrUpdate(group, 'used-ip', address, FAST);
    const ipConfigurations = [{ name: 'main', subnet: { id: lab.subnetId }, publicIPAddress: { id: ip.id ?? '' } }];
    const nic = await azure.nic('used-nic', { ipConfigurations });
    const made = await azure.compute.virtualMachines.createOrUpdate(group, 'used', azure.machine(nic), FAST);
    await expect(azure.network.networkInterfaces.delete(group, 'used-nic', FAST)).rejects.toMatchObject({ statusCode: 400, code: 'NicInUse' });
    await expect(azure.compute.virtualMachines.createOrUpdate(group, 'thief', azure.machine(nic), FAST)).rejects.toMatchObject({ code: 'NicInUse' });
    await expect(azure.network.publicIPAddresses.delete(group, 'used-ip', FAST)).rejects.toMatchObject({
      statusCode: 400,
      code: 'PublicIPAddressCannotBeDeleted',
    });
    await expect(azure.nic('thief-nic', { ipConfigurations })).rejects.toMatchObject({ code: 'PublicIPAddressInUse' });
    await expect(azure.compute.disks.delete(group, made.storageProfile?.osDisk?.name ?? '', FAST)).rejects.toMatchObject({ code: 'OperationNotAllowed' });
    await remove('used');
    await azure.network.publicIPAddresses.delete(group, 'used-ip', FAST);
  });

  it('puts a running interface behind another security group by its version, and keeps its address', async () => {
    await azure.nic('fenced-nic', { networkSecurityGroup: { id: lab.openNsgId } });
    const read = await azure.ask('GET', nicPath('fenced-nic'));
    const before = await azure.network.networkInterfaces.get(group, 'fenced-nic');
    const next = { ...Object(read.body), properties: { ...Object(read.body).properties, networkSecurityGroup: { id: lab.closedNsgId } } };
    const written = await azure.ask('PUT', nicPath('fenced-nic'), next, { 'if-match': String(read.headers.etag) });
    expect(written.status).toBe(200);
    await azure.ended(written);
    expect(await azure.ask('PUT', nicPath('fenced-nic'), next, { 'if-match': String(read.headers.etag) })).toMatchObject({
      status: 412,
      body: { error: { code: 'PreconditionFailed' } },
    });
    expect(await azure.ask('PUT', nicPath('fenced-nic'), next, { 'if-none-match': '*' })).toMatchObject({ status: 412 });
    const after = await azure.network.networkInterfaces.get(group, 'fenced-nic');
    expect(after).toMatchObject({
      networkSecurityGroup: { id: lab.closedNsgId },
      ipConfigurations: [{ privateIPAddress: before.ipConfigurations?.[0]?.privateIPAddress }],
    });
    const { networkInterfaces } = await azure.network.networkSecurityGroups.get(group, 'closed');
    expect(networkInterfaces?.map(({ id }) => id)).toEqual([after.id]);
    await azure.network.networkInterfaces.delete(group, 'fenced-nic', FAST);
  });

  it('lists by pages, by tag without the tags, by group and by state', async () => {
    await Promise.all(['one', 'two', 'three'].map((name) => make(name, { tags: { set: 'listed', name } })));
    const path = `/subscriptions/${lab.subscription}/providers/Microsoft.Compute/virtualMachines?api-version=2024-11-01`;
    expect(await azure.ask('GET', path)).toMatchObject({ body: { value: [{}, {}], nextLink: expect.stringContaining('skiptoken') } });
    expect(await all(azure.compute.virtualMachines.listAll())).toHaveLength(3);
    expect(await all(azure.compute.virtualMachines.list(group))).toHaveLength(3);
    const shouted = `/resourceGroups/${group.toUpperCase()}/`;
    expect((await all(azure.compute.virtualMachines.list(group))).every(({ id }) => id?.includes(shouted))).toBe(true);
    expect((await azure.compute.virtualMachines.get(group, 'one')).id).not.toContain(shouted);
    const states = await all(azure.compute.virtualMachines.listAll({ statusOnly: 'true' }));
    expect(states.map(({ instanceView }) => instanceView?.statuses?.at(-1)?.code)).toEqual(Array(3).fill('PowerState/running'));
    const tagged = await all(azure.resources.resources.list({ filter: "tagName eq 'SET' and tagValue eq 'listed'" }));
    expect(tagged.map(({ type }) => type).toSorted()).toEqual([
      ...Array(3).fill('Microsoft.Compute/disks'),
      ...Array(3).fill('Microsoft.Compute/virtualMachines'),
    ]);
    expect(tagged.every(({ tags }) => tags === undefined)).toBe(true);
    const named = await all(
      azure.resources.resources.listByResourceGroup(group, { filter: "resourceType eq 'Microsoft.Compute/virtualMachines' and name eq 'two'" }),
    );
    expect(named).toMatchObject([{ name: 'two', tags: { set: 'listed', name: 'two' } }]);
    await expect(all(azure.resources.resources.list({ filter: "tagName eq 'set' and name eq 'two'" }))).rejects.toMatchObject({
      code: 'InvalidFilterInQueryString',
    });
    expect(await azure.resources.resourceGroups.get(group)).toMatchObject({ name: group, location: lab.location });
    await Promise.all(['one', 'two', 'three'].map(remove));
  });
});

/** As it is on the wire: what is not known to Azure Resource Manager itself stands under `properties`. */
function body({ location, tags, zones, networkProfile, ...properties }: VirtualMachine): object {
  const networkInterfaces = networkProfile?.networkInterfaces?.map(({ id, ...more }) => ({ id, properties: more }));
  return { location, ...(tags && { tags }), ...(zones && { zones }), properties: { ...properties, networkProfile: { networkInterfaces } } };
}
