import { DriverError } from '../errors.ts';

/** What goes into `Authorization`; undefined where nobody is asked. */
export async function authorizationOf(reference: string | undefined, secret: (reference: string) => Promise<string>): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  const value = (await secret(reference)).trim();
  if (/^token=\S+$/.test(value)) return value;
  if (!/^[^:\s]+:.+$/.test(value)) throw new DriverError('Invalid', `${reference} must hold <user>:<password>, or token=<token> of DC/OS`);
  return `Basic ${Buffer.from(value).toString('base64')}`;
}
