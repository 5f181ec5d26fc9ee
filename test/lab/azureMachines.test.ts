import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzureLab, startAzureLab } from '../../lab/azure/lab.ts';
import { Machines } from '../../lab/machines/machines.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';
import { type AzureClients, azureClients, FAST } from './azureClient.ts';

/** A service that passes on what its machine's own metadata service says. */
const SERVER = `
const { createServer } = require('node:http');
const base = process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST;
process.on('SIGTERM', () => { require('node:fs').appendFileSync('/var/lib/app/ended', 'asked to end\\n'); process.exit(0); });
createServer(async (request, response) => {
  const answer = await fetch(base + request.url, { headers: request.headers.metadata ? { metadata: request.headers.metadata } : {} });
  response.writeHead(answer.status).end(await answer.text());
}).listen(7001, process.env.LISTEN);
`;
const BOOT = `#!/bin/sh
set -eu
mkdir -p /var/lib/app
cat > /var/lib/app/server.js <<'END'${SERVER}END
echo '√ booted' >> /var/lib/app/boots
printf '[Service]\\nExecStart=node /var/lib/app/server.js\\n' > /etc/systemd/system/app.service
systemctl enable --now app
`;
const COMPUTE = '/metadata/instance/compute';
const TEXT = 'api-version=2021-01-01&format=text';

describe.skipIf((await ownRoot()) === undefined)('machines of the Azure lab', () => {
  let lab: RunningAzureLab;
  let azure: AzureClients;
  let machines: Machines;
  let folder: string;
  const make = async (name: string) => {
    const machine = azure.machine(await azure.nic(`${name}-nic`));
    const osProfile = { ...machine.osProfile, customData: Buffer.from(BOOT).toString('base64') };
    const made = await azure.compute.virtualMachines.createOrUpdate(
      lab.resourceGroup,
      name,
      { ...machine, osProfile, userData: Buffer.from('orders 1').toString('base64') },
      FAST,
    );
    const { ipConfigurations = [] } = await azure.network.networkInterfaces.get(lab.resourceGroup, `${name}-nic`);
    return { id: made.vmId ?? '', url: `http://${ipConfigurations[0]?.privateIPAddress}:7001` };
  };
  const get = async (url: string, headers: Record<string, string> = { Metadata: 'true' }): Promise<string> =>
    fetch(url, { headers, signal: AbortSignal.timeout(2000) }).then(
      async (answer) => `${answer.status} ${await answer.text()}`,
      () => 'away',
    );
  const wrote = (id: string, file: string): string => readFileSync(join(folder, id, 'disk/var/lib/app', file), 'utf8');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'azure-'));
    machines = new Machines({ folder, bootSeconds: 0.1, image: { environment: { LISTEN: '{address}', MUSTER_TEST: process.env.MUSTER_TEST ?? '' } } });
    lab = await startAzureLab({ operationMs: 100, machines });
    azure = azureClients(lab);
  });
  afterAll(async () => {
    await lab.stop();
    await machines.end();
    rmSync(folder, { recursive: true });
  });

  it('run the custom data that the API received at the address of their interface, and know themselves by their metadata service', async () => {
    const { url } = await make('knows');
    const name = `${url}${COMPUTE}/name?${TEXT}`;
    await expect.poll(() => get(name), { timeout: 20_000 }).toBe('200 knows');
    expect(await get(name, {})).toMatch(/^400 /);
    expect(await get(`${url}${COMPUTE}/name?format=text`)).toMatch(/^400 .*api-version/);
    expect(await get(`${url}${COMPUTE}/userData?${TEXT}`)).toBe(`200 ${Buffer.from('orders 1').toString('base64')}`);
    expect(await get(`${url}${COMPUTE}/customData?${TEXT}`)).toBe('200 ');
    expect(await get(`${url}${COMPUTE}/colour?${TEXT}`)).toMatch(/^404 /);
    expect(await get(`${url}/metadata/instance/network/interface/0/ipv4/ipAddress/0/privateIpAddress?${TEXT}`)).toBe(`200 ${new URL(url).hostname}`);
    expect(JSON.parse((await get(`${url}${COMPUTE}?api-version=2021-01-01`)).slice(4))).toMatchObject({
      name: 'knows',
      vmSize: 'Standard_B1s',
      location: lab.location,
    });
    await azure.compute.virtualMachines.delete(lab.resourceGroup, 'knows', FAST);
    expect(await get(name)).toBe('away');
  });

  it('go off politely or at once, serve again without booting again, and read what was told to them meanwhile', async () => {
    const { id, url } = await make('off');
    const orders = `${url}${COMPUTE}/userData?${TEXT}`;
    await expect.poll(() => get(orders), { timeout: 20_000 }).toMatch(/^200 /);
    await azure.compute.virtualMachines.deallocate(lab.resourceGroup, 'off', FAST);
    expect(await get(orders)).toBe('away');
    expect(wrote(id, 'ended')).toBe('asked to end\n');
    await azure.compute.virtualMachines.update(lab.resourceGroup, 'off', { userData: Buffer.from('orders 2').toString('base64') }, FAST);
    await azure.compute.virtualMachines.start(lab.resourceGroup, 'off', FAST);
    await expect.poll(() => get(orders), { timeout: 20_000 }).toBe(`200 ${Buffer.from('orders 2').toString('base64')}`);
    expect(wrote(id, 'boots')).toBe('√ booted\n');
    await azure.compute.virtualMachines.powerOff(lab.resourceGroup, 'off', { skipShutdown: true, ...FAST });
    expect(await get(orders)).toBe('away');
    expect(wrote(id, 'ended')).toBe('asked to end\n');
    await azure.compute.virtualMachines.delete(lab.resourceGroup, 'off', FAST);
  });

  it('can run without booting', async () => {
    lab.faults.plant({ call: 'VirtualMachines_CreateOrUpdate', how: { kind: 'bootFailure' } });
    const [dead, lives] = [await make('dead'), await make('lives')];
    await expect.poll(() => get(`${lives.url}${COMPUTE}/name?${TEXT}`), { timeout: 20_000 }).toBe('200 lives');
    expect(await azure.compute.virtualMachines.instanceView(lab.resourceGroup, 'dead')).toMatchObject({ statuses: [{}, { code: 'PowerState/running' }] });
    expect(await get(dead.url)).toBe('away');
    for (const name of ['dead', 'lives']) await azure.compute.virtualMachines.delete(lab.resourceGroup, name, FAST);
  });
});
