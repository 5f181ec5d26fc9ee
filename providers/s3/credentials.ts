import { z } from 'zod';

/** Keys, or the name of a profile in the AWS files of the machine that asks. */
export type S3Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string } | { readonly profile: string };

/** What an `env:` reference must hold: `<access key id>:<secret access key>`, and `:<session token>` where there is one. */
export const s3Keys = z.string().transform((text, context): S3Credentials => {
  const [accessKeyId = '', secretAccessKey = '', ...rest] = text.trim().split(':');
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, ...(rest.length > 0 ? { sessionToken: rest.join(':') } : {}) };
  // The input is left out: an issue's input ends up in logs.
  context.issues.push({ code: 'custom', input: undefined, message: 'must be <access key id>:<secret access key>[:<session token>]' });
  return z.NEVER;
});
