import { DriverError } from '../errors.ts';

/** Who asks for tokens. */
export type AzureCredentials =
  | { readonly kind: 'default' }
  | { readonly kind: 'managed'; readonly clientId: string }
  | { readonly kind: 'secret'; readonly tenant: string; readonly clientId: string; readonly secret: string };

/** Without a reference it is left to the SDK's own chain: environment, workload identity, managed identity, command line. */
export async function resolveCredentials(reference: string | undefined, secret: (reference: string) => Promise<string>): Promise<AzureCredentials> {
  if (reference === undefined) return { kind: 'default' };
  if (reference.startsWith('identity:')) return { kind: 'managed', clientId: reference.slice('identity:'.length) };
  const [tenant = '', clientId = '', ...rest] = (await secret(reference)).trim().split(':');
  if (!tenant || !clientId || rest.length === 0) throw new DriverError('Invalid', `${reference} must hold <tenant>:<client id>:<secret>`);
  return { kind: 'secret', tenant, clientId, secret: rest.join(':') };
}
