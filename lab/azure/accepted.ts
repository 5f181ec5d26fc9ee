import type { Answer, Ask } from './ask.ts';
import type { Operation } from './longRunning.ts';

/** Where an operation shows, and no earlier look than after this many seconds where it takes that long. */
export function trackers({ cloud, url }: Ask, provider: 'Microsoft.Compute' | 'Microsoft.Network', { id }: Operation, ms: number): Record<string, string> {
  const at = `${url.origin}/subscriptions/${cloud.subscription}/providers/${provider}/locations/${cloud.location}`;
  const version = `api-version=${url.searchParams.get('api-version')}`;
  return {
    'azure-asyncoperation': `${at}/operations/${id}?${version}`,
    location: `${at}/operationResults/${id}?monitor=true&${version}`,
    ...(ms >= 1000 && { 'retry-after': String(Math.ceil(ms / 1000)) }),
  };
}

/** What has no body of its own. */
export function accepted(ask: Ask, provider: 'Microsoft.Compute' | 'Microsoft.Network', operation: Operation, ms: number): Answer {
  return { status: 202, headers: trackers(ask, provider, operation, ms) };
}
