import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ProviderError } from '../providers/errors.ts';

/** The only reader of the environment in the product (besides the command line). */

export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
  readonly options: ReturnType<typeof loadClientConnectConfig>;
}

/** Where the Temporal server is: `temporal.toml`, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE; by default the development server. */
export function temporalAddress(): TemporalAddress {
  const options = loadClientConnectConfig();
  return { options, address: options.connectionOptions.address ?? 'localhost:7233', namespace: options.namespace ?? 'default' };
}

/** Values of these names; those that are not set are left out. */
export function readEnvironment(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** `env:NAME` or `file:/path`. Invalid when there is none; the message names the reference, never a value. */
export async function secretOf(reference: string): Promise<string> {
  const [scheme, rest] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  if (scheme === 'env') {
    const value = process.env[rest];
    if (value === undefined) throw new ProviderError('Invalid', 'secrets', `${reference}: ${rest} is not set in the worker's environment`);
    return value;
  }
  if (scheme === 'file') {
    try {
      return (await readFile(resolve(rest), 'utf8')).trimEnd();
    } catch (cause) {
      throw new ProviderError('Invalid', 'secrets', `${reference}: the file cannot be read by the worker`, { cause });
    }
  }
  throw new ProviderError('Invalid', 'secrets', `${reference}: write env:NAME or file:/path`);
}
