import { createRequire } from 'node:module';
import type { ImagesClient } from '@google-cloud/compute/build/src/v1/images_client.js';
import type { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client.js';
import type { MachineTypesClient } from '@google-cloud/compute/build/src/v1/machine_types_client.js';
import type { RegionsClient } from '@google-cloud/compute/build/src/v1/regions_client.js';
import type { SubnetworksClient } from '@google-cloud/compute/build/src/v1/subnetworks_client.js';
import type { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client.js';
import type { GcpCredentials } from './credentials.ts';

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

type AuthClient = NonNullable<NonNullable<ConstructorParameters<typeof InstancesClient>[0]>['authClient']>;

/** What is used of google-auth-library. */
interface AuthLibrary {
  readonly GoogleAuth: new (options: { scopes: string[] }) => {
    getClient(): Promise<AuthClient>;
    /** What the default chain does with a file that it finds. The ways that are not `private` warn on the console each time. */
    _getApplicationCredentialsFromFilePath(path: string): Promise<AuthClient>;
  };
  readonly Impersonated: new (options: { sourceClient: AuthClient; targetPrincipal: string; targetScopes: string[]; lifetime: number }) => AuthClient;
}

/** The parts of the SDK that are used: the whole of it takes 120 MB more. */
export interface Sdk {
  readonly auth: AuthClient;
  readonly instances: InstancesClient;
  readonly operations: ZoneOperationsClient;
  readonly machineTypes: MachineTypesClient;
  readonly images: ImagesClient;
  readonly regions: RegionsClient;
  readonly subnetworks: SubnetworksClient;
}

/** Loads the SDK, and finds the credentials without using them. */
export async function openSdk(credentials: GcpCredentials, endpoint: string | undefined): Promise<Sdk> {
  const [{ InstancesClient }, { ZoneOperationsClient }, { MachineTypesClient }, { ImagesClient }, { RegionsClient }, { SubnetworksClient }] = await Promise.all(
    [
      import('@google-cloud/compute/build/src/v1/instances_client.js'),
      import('@google-cloud/compute/build/src/v1/zone_operations_client.js'),
      import('@google-cloud/compute/build/src/v1/machine_types_client.js'),
      import('@google-cloud/compute/build/src/v1/images_client.js'),
      import('@google-cloud/compute/build/src/v1/regions_client.js'),
      import('@google-cloud/compute/build/src/v1/subnetworks_client.js'),
    ],
  );
  const auth = await authOf(credentials);
  const options = { fallback: true, authClient: auth, ...(endpoint !== undefined && at(endpoint)) };
  return {
    auth,
    instances: new InstancesClient(options),
    operations: new ZoneOperationsClient(options),
    machineTypes: new MachineTypesClient(options),
    images: new ImagesClient(options),
    regions: new RegionsClient(options),
    subnetworks: new SubnetworksClient(options),
  };
}

async function authOf(credentials: GcpCredentials): Promise<AuthClient> {
  const { GoogleAuth, Impersonated } = authLibrary();
  const google = new GoogleAuth({ scopes: SCOPES });
  const client = await (credentials.from === 'file' ? google._getApplicationCredentialsFromFilePath(credentials.path) : google.getClient());
  const auth =
    credentials.from === 'impersonation'
      ? new Impersonated({ sourceClient: client, targetPrincipal: credentials.email, targetScopes: SCOPES, lifetime: 3600 })
      : client;
  // By default an answer of an error is read without its headers, and Retry-After is lost.
  auth.transporter.interceptors.request.add({ resolved: async (config) => ({ ...config, validateStatus: (status) => status >= 200 && status < 300 }) });
  return auth;
}

/** The copy that the SDK itself uses: clients of another are not its. */
function authLibrary(): AuthLibrary {
  const sdk = createRequire(createRequire(import.meta.url).resolve('@google-cloud/compute'));
  const { googleAuthLibrary }: { googleAuthLibrary: AuthLibrary } = sdk('google-gax');
  return googleAuthLibrary;
}

function at(endpoint: string): { protocol: string; apiEndpoint: string; port: number } {
  const { protocol, hostname, port } = new URL(endpoint);
  return { protocol: protocol.slice(0, -1), apiEndpoint: hostname, port: Number(port || (protocol === 'http:' ? 80 : 443)) };
}
