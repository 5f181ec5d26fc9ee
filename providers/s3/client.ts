import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Config } from './config.ts';
import type { S3Credentials } from './credentials.ts';

/** Loads the SDK. `attempts` 1 for what must not be sent twice: a condition fails on the write that it let through. */
export async function s3Client(config: S3Config, credentials: S3Credentials | undefined, attempts: number): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({
    region: config.region,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint, forcePathStyle: true }),
    ...identityOf(config, credentials),
    maxAttempts: attempts,
    // Trailing checksums and aws-chunked bodies are more than many S3-compatible stores understand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5000, socketTimeout: 30_000 },
  });
}

/** Nobody signs for an endpoint without credentials. */
export function isAnonymous(config: S3Config, credentials: S3Credentials | undefined): boolean {
  return config.endpoint !== undefined && credentials === undefined;
}

function identityOf(config: S3Config, credentials: S3Credentials | undefined): Pick<S3ClientConfig, 'credentials' | 'profile' | 'signer'> {
  if (credentials && 'profile' in credentials) return { profile: credentials.profile };
  if (credentials) return { credentials };
  if (isAnonymous(config, credentials)) return { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async (request) => request } };
  return {};
}
