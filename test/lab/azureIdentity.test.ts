import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientSecretCredential, DefaultAzureCredential, WorkloadIdentityCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningAzureLab, startAzureLab } from '../../lab/azure/lab.ts';
import { all, type AzureClients, azureClients, credential, FAST, options, type Who } from './azureClient.ts';

const SCOPE = 'https://management.azure.com/.default';

describe("whoever comes to the Azure lab, through Microsoft's own credentials", () => {
  let lab: RunningAzureLab;
  let folder: string;
  const clients = new Map<Who, AzureClients>();
  const as = (who: Who): AzureClients => {
    const made = clients.get(who) ?? azureClients(lab, who);
    clients.set(who, made);
    return made;
  };
  const groups = (token: string | undefined) =>
    as('read').ask('GET', `/subscriptions/${lab.subscription}/resourceGroups?api-version=2025-04-01`, undefined, {
      authorization: token === undefined ? '' : `Bearer ${token}`,
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'azure-'));
    lab = await startAzureLab({
      operationMs: 30,
      roles: {
        write: ['*/read', 'Microsoft.Compute/virtualMachines/*', 'Microsoft.Network/networkInterfaces/write', 'Microsoft.Network/networkInterfaces/delete'],
      },
    });
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(async () => {
    await lab.stop();
    rmSync(folder, { recursive: true });
  });

  it('gets a token by a secret, also out of the environment', async () => {
    const { clientId, secret } = lab.principals.read;
    for (const [name, value] of Object.entries({ AZURE_TENANT_ID: lab.tenant, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret }))
      vi.stubEnv(name, value);
    for (const each of [credential(lab, 'read'), new DefaultAzureCredential(options(lab))])
      expect(await groups((await each.getToken(SCOPE))?.token)).toMatchObject({ status: 200 });
  });

  it("gets one by an assertion that the lab's issuer signed for it, and by no other", async () => {
    const tokenFilePath = join(folder, 'assertion');
    const { clientId } = lab.principals.write;
    const federated = () => new WorkloadIdentityCredential({ tenantId: lab.tenant, clientId, tokenFilePath, ...options(lab) });
    const signed = lab.assertion(clientId);
    writeFileSync(tokenFilePath, signed);
    expect(await groups((await federated().getToken(SCOPE)).token)).toMatchObject({ status: 200 });
    writeFileSync(tokenFilePath, lab.assertion(lab.principals.read.clientId));
    await expect(federated().getToken(SCOPE)).rejects.toThrow(/AADSTS700213/);
    const [head = '', body = ''] = signed.split('.');
    writeFileSync(tokenFilePath, `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`);
    await expect(federated().getToken(SCOPE)).rejects.toThrow(/AADSTS700027/);
  });

  it('gets none with a wrong secret, one that has ended, for nobody, or in no tenant', async () => {
    const { clientId, secret } = lab.principals.write;
    const by = (tenant: string, client: string, word: string) => new ClientSecretCredential(tenant, client, word, options(lab)).getToken(SCOPE);
    await expect(by(lab.tenant, clientId, 'wrong')).rejects.toThrow(/AADSTS7000215/);
    await expect(credential(lab, 'expired').getToken(SCOPE)).rejects.toThrow(/AADSTS7000222/);
    await expect(by(lab.tenant, lab.subscription, secret)).rejects.toThrow(/AADSTS700016/);
    await expect(by(lab.subscription, clientId, secret)).rejects.toThrow(/AADSTS90002|endpoints_resolution_error|tenant/i);
  });

  it('is refused without a token, and with one that the lab did not issue', async () => {
    expect(await groups(undefined)).toMatchObject({ status: 401, body: { error: { code: 'AuthenticationFailed' } } });
    expect(await groups('made-up')).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } });
  });

  it('is refused with a token that has ended', async () => {
    const short = await startAzureLab({ tokenSeconds: 2 });
    try {
      const { ask } = azureClients(short, 'read');
      const look = () => ask('GET', `/subscriptions/${short.subscription}/resourceGroups?api-version=2025-04-01`);
      expect(await look()).toMatchObject({ status: 200 });
      await expect.poll(async () => (await look()).status, { timeout: 10_000 }).toBe(401);
      expect(await look()).toMatchObject({
        headers: { 'www-authenticate': expect.stringMatching(/^Bearer authorization_uri=".*error="invalid_token"/) },
        body: { error: { code: 'ExpiredAuthenticationToken' } },
      });
    } finally {
      await short.stop();
    }
  });

  it('may do what its role says, also on what it ties together, and no more', async () => {
    const nic = { location: lab.location, ipConfigurations: [{ name: 'main', subnet: { id: lab.subnetId } }] };
    expect(await all(as('read').compute.virtualMachines.listAll())).toEqual([]);
    await expect(as('read').network.networkInterfaces.createOrUpdate(lab.resourceGroup, 'n', nic, FAST)).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationFailed',
      message: expect.stringContaining("'Microsoft.Network/networkInterfaces/write'"),
    });
    await expect(as('read').compute.virtualMachines.start(lab.resourceGroup, 'm', FAST)).rejects.toThrow(/'Microsoft.Compute\/virtualMachines\/start\/action'/);
    await expect(as('write').network.networkInterfaces.createOrUpdate(lab.resourceGroup, 'n', nic, FAST)).rejects.toMatchObject({
      statusCode: 403,
      code: 'LinkedAuthorizationFailed',
      message: expect.stringContaining("'Microsoft.Network/virtualNetworks/subnets/join/action'"),
    });
    expect(lab.inventory().networkInterfaces).toEqual([]);
    expect(lab.usedActions()).toContain('Microsoft.Compute/virtualMachines/read');
    expect(lab.usedActions()).not.toContain('Microsoft.Compute/virtualMachines/start/action');
  });
});
