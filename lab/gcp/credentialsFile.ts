import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_NUMBER } from './refusal.ts';
import type { CredentialsKind } from './tokens.ts';

/**
 * Writes what `GOOGLE_APPLICATION_CREDENTIALS` may name: workload identity federation with a token out of a file, exchanged at
 * `tokenUrl`. https://google.aip.dev/auth/4117
 */
export async function writeCredentialsFile(kind: CredentialsKind, folder: string, subject: string, tokenUrl: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const tokenFile = join(folder, `${kind}.token`);
  const file = join(folder, `${kind}.json`);
  const credentials = {
    type: 'external_account',
    audience: `//iam.googleapis.com/projects/${PROJECT_NUMBER}/locations/global/workloadIdentityPools/lab/providers/lab`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: tokenUrl,
    credential_source: { file: tokenFile },
  };
  await writeFile(tokenFile, subject, { mode: 0o600 });
  await writeFile(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  return file;
}
