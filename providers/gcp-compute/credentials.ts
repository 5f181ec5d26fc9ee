import { DriverError } from '../errors.ts';

/** Where credentials are, never what they are. */
export type GcpCredentials =
  | { readonly from: 'adc' }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'impersonation'; readonly email: string };

/** Default credentials where nothing is said: Google's own chain of environment, gcloud's file and the metadata service. */
export async function resolveCredentials(reference = 'adc', secret: (reference: string) => Promise<string>): Promise<GcpCredentials> {
  if (reference === 'adc') return { from: 'adc' };
  if (reference.startsWith('impersonate:')) return { from: 'impersonation', email: reference.slice('impersonate:'.length) };
  const path = (await secret(reference)).trim();
  if (!path || path.startsWith('{')) throw new DriverError('Invalid', `${reference} must hold the path of a credentials file, not what is in it`);
  return { from: 'file', path };
}
