import { readFile } from 'node:fs/promises';
import type { ComputeManagementClient } from '@azure/arm-compute';
import type { NetworkManagementClient } from '@azure/arm-network';
import type { TokenCredential } from '@azure/identity';
import type { AzureVmConfig } from './config.ts';
import type { AzureCredentials } from './credentials.ts';

export interface Opened {
  readonly compute: ComputeManagementClient;
  readonly network: NetworkManagementClient;
}

const AUDIENCE = 'https://management.azure.com';

/** Loads the SDKs. The authority that gives tokens is `AZURE_AUTHORITY_HOST`, or Azure's, as the SDK has it. */
export async function opened(config: AzureVmConfig, credentials: AzureCredentials): Promise<Opened> {
  const { subscription, endpoint, audience = AUDIENCE, ca } = config;
  const [{ ComputeManagementClient: Compute }, { NetworkManagementClient: Network }, trusted] = await Promise.all([
    import('@azure/arm-compute'),
    import('@azure/arm-network'),
    ca === undefined ? undefined : readFile(ca, 'utf8'),
  ]);
  const transport = trusted === undefined ? {} : { tlsOptions: { ca: trusted } };
  const token = await credentialOf(credentials, { ...transport, disableInstanceDiscovery: endpoint !== undefined });
  const options = {
    ...transport,
    retryOptions: { maxRetries: 0 },
    credentials: { scopes: [new URL('/.default', audience).href] },
    ...(endpoint !== undefined && { endpoint }),
  };
  return { compute: new Compute(token, subscription, options), network: new Network(token, subscription, options) };
}

interface IdentityOptions {
  readonly tlsOptions?: { readonly ca: string };
  /** Other clouds are not known to the public one. */
  readonly disableInstanceDiscovery: boolean;
}

async function credentialOf(credentials: AzureCredentials, options: IdentityOptions): Promise<TokenCredential> {
  const { ClientSecretCredential, DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  switch (credentials.kind) {
    case 'default':
      return new DefaultAzureCredential(options);
    case 'managed':
      return new ManagedIdentityCredential({ clientId: credentials.clientId });
    case 'secret':
      return new ClientSecretCredential(credentials.tenant, credentials.clientId, credentials.secret, { ...options, retryOptions: { maxRetries: 0 } });
  }
}
