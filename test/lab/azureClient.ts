import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ComputeManagementClient, type VirtualMachine } from '@azure/arm-compute';
import { type NetworkInterface, NetworkManagementClient } from '@azure/arm-network';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential, type TokenCredential } from '@azure/identity';
import { z } from 'zod';
import type { RunningAzureLab } from '../../lab/azure/lab.ts';

const given = z.object({ access_token: z.string() });

/** Polls of Microsoft's clients in the tests. */
export const FAST = { updateIntervalInMs: 40 } as const;

export type Who = Exclude<keyof RunningAzureLab['principals'], symbol>;

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** A lab as its clients meet it. */
export interface AzureClients {
  readonly compute: ComputeManagementClient;
  readonly network: NetworkManagementClient;
  readonly resources: ResourceManagementClient;
  /** Without a client in between, as this principal or with this very header. `{}` in a path is the group. */
  ask(method: string, path: string, body?: unknown, more?: Readonly<Record<string, string>>): Promise<Answered>;
  /** What an operation ends as, from the answer that began it. */
  ended(began: Answered): Promise<unknown>;
  /** An interface in the lab's subnet. */
  nic(name: string, more?: Partial<NetworkInterface>): Promise<string>;
  /** The smallest right machine with this interface. */
  machine(nic: string, more?: Partial<VirtualMachine>): VirtualMachine;
}

export function options(lab: RunningAzureLab) {
  return { tlsOptions: { ca: readFileSync(lab.caFile, 'utf8') }, authorityHost: lab.url, disableInstanceDiscovery: true };
}

export function credential(lab: RunningAzureLab, who: Who = 'write'): TokenCredential {
  const { clientId, secret } = lab.principals[who];
  return new ClientSecretCredential(lab.tenant, clientId, secret, options(lab));
}

export function azureClients(lab: RunningAzureLab, who: Who = 'write'): AzureClients {
  const { tlsOptions } = options(lab);
  const as = { endpoint: lab.url, tlsOptions, credentials: { scopes: ['https://management.azure.com/.default'] } };
  const identity = credential(lab, who);
  const network = new NetworkManagementClient(identity, lab.subscription, as);
  let token: Promise<string> | undefined;
  const send = (method: string, url: URL, body: string | undefined, headers: Readonly<Record<string, string>>): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, ca: tlsOptions.ca }, (answer) => {
        text(answer).then(
          (content) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: content ? JSON.parse(content) : undefined }),
          reject,
        );
      });
      sent.on('error', reject).end(body);
    });
  const signIn = async (): Promise<string> => {
    const { clientId, secret } = lab.principals[who];
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope: 'https://management.azure.com/.default',
    });
    const url = new URL(`/${lab.tenant}/oauth2/v2.0/token`, lab.url);
    return given.parse((await send('POST', url, String(form), { 'content-type': 'application/x-www-form-urlencoded' })).body).access_token;
  };
  const ask: AzureClients['ask'] = async (method, path, body, more = {}) => {
    token ??= signIn();
    const url = new URL(path.replace('{}', `/subscriptions/${lab.subscription}/resourceGroups/${lab.resourceGroup}/providers`), lab.url);
    const content = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    return send(method, url, content, {
      authorization: `Bearer ${await token}`,
      ...(content !== undefined && { 'content-type': 'application/json' }),
      ...more,
    });
  };
  return {
    compute: new ComputeManagementClient(identity, lab.subscription, as),
    network,
    resources: new ResourceManagementClient(identity, lab.subscription, as),
    ask,
    async ended({ headers }) {
      for (;;) {
        const { body } = await ask('GET', String(headers['azure-asyncoperation']));
        if (z.object({ status: z.string() }).parse(body).status !== 'InProgress') return body;
        await sleep(30);
      }
    },
    async nic(name, more = {}) {
      const ipConfigurations = [{ name: 'main', subnet: { id: lab.subnetId } }];
      const { id } = await network.networkInterfaces.createOrUpdate(lab.resourceGroup, name, { location: lab.location, ipConfigurations, ...more }, FAST);
      return id ?? '';
    },
    machine: (nic, more = {}) => ({
      location: lab.location,
      hardwareProfile: { vmSize: 'Standard_B1s' },
      storageProfile: { imageReference: { id: lab.image }, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
      osProfile: {
        computerName: 'machine',
        adminUsername: 'someone',
        customData: Buffer.from('#!/bin/sh\n').toString('base64'),
        linuxConfiguration: {
          disablePasswordAuthentication: true,
          ssh: { publicKeys: [{ path: '/home/someone/.ssh/authorized_keys', keyData: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== someone' }] },
        },
      },
      networkProfile: { networkInterfaces: [{ id: nic, primary: true, deleteOption: 'Delete' }] },
      ...more,
    }),
  };
}

export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of pages) found.push(each);
  return found;
}
