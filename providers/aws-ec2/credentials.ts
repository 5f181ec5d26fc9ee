import { DriverError } from '../errors.ts';

/** Keys, or the name of a profile in the AWS files of the machine that asks. */
export type AwsCredentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string } | { readonly profile: string };

/** Undefined leaves it to the SDK's own chain: environment, profile, web identity, instance role. */
export async function resolveCredentials(reference: string | undefined, secret: (reference: string) => Promise<string>): Promise<AwsCredentials | undefined> {
  if (reference === undefined) return undefined;
  if (reference.startsWith('profile:')) return { profile: reference.slice('profile:'.length) };
  const [accessKeyId = '', secretAccessKey = '', ...rest] = (await secret(reference)).trim().split(':');
  if (!accessKeyId || !secretAccessKey) throw new DriverError('Invalid', `${reference} must hold <access key id>:<secret access key>[:<session token>]`);
  return { accessKeyId, secretAccessKey, ...(rest.length > 0 && { sessionToken: rest.join(':') }) };
}
