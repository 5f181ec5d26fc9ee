import { describe, expect, it } from 'vitest';
import type { Driver } from '../../providers/driver.ts';
import { withoutSignatures } from '../../providers/hidden.ts';
import { Provider } from '../../providers/provider.ts';
import type { ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { rejection } from '../conformance/expect.ts';
import { SMALLEST } from '../conformance/index.ts';
import { leakedIn } from '../e2e/support/secret.ts';

const secrets = {
  token: 'tok/+=&%"ä-0c94a1d27b',
  files: 'sig-of-files-5f1c',
  lease: 'sig-of-lease-77d0',
  point: 'sig-of-point-31aa',
};
const url = (signature: string): string => `https://store.example.com/dr/x?X-Amz-Signature=${signature}`;
const spec: WorkloadSpec = {
  ...SMALLEST.workload,
  files: { url: url(secrets.files), sha256: '0'.repeat(64) },
  secrets: { TOKEN: secrets.token },
  data: { orders: { sizeBytes: 1, recovery: '', lease: { at: url(secrets.lease), ttlSeconds: 10 } } },
};
const restore = { orders: { url: url(secrets.point), sha256: '0'.repeat(64) } };
const id: ResourceId = { owner: { installation: 'i', run: '0123456789abcdef', expires: 'never' }, role: 'orders/db', generation: 1 };

/** A site that repeats in its refusals all that it was asked, as it is and in Base64. */
function repeating(): Provider {
  const refuse = (...asked: unknown[]): never => {
    const text = JSON.stringify(asked);
    throw new Error(`not allowed: ${text} and ${Buffer.from(`#!/bin/sh\n${text}`).toString('base64')} and ${encodeURIComponent(text)}`);
  };
  const driver: Driver = {
    name: 'repeating',
    capabilities: { vendor: 'self', kinds: ['workload'], power: ['running'], restoresOnStart: true, emulated: true },
    owned: { workload: { ensure: refuse, observe: refuse, remove: refuse, list: refuse } },
    power: { read: refuse, write: refuse },
    classify: () => ({ code: 'Invalid' }),
    close: async () => undefined,
  };
  return new Provider(driver);
}

describe('what a site repeats in a refusal', () => {
  const { signal } = new AbortController();

  it('is told without the secrets and signed URLs of what was to be made', async () => {
    const error = await rejection(repeating().ensure('workload', id, spec, spec, signal));
    expect(error).toMatchObject({ code: 'Invalid', message: expect.stringContaining('not allowed') });
    expect(leakedIn(String(error), secrets)).toEqual([]);
  });

  it('is told without the signed URLs of what was to be restored', async () => {
    const error = await rejection(repeating().writePower({ id }, 'running', '', signal, restore));
    expect(error).toMatchObject({ message: expect.stringContaining('not allowed') });
    expect(leakedIn(String(error), secrets)).toEqual([]);
  });

  it.each([
    'https://b.s3.amazonaws.com/k?X-Amz-Date=20261124T160550Z&X-Amz-Signature=SIG&x-id=GetObject',
    'https://storage.googleapis.com/b/k?X-Goog-Algorithm=GOOG4&X-Goog-Signature=SIG',
    'https://a.blob.core.windows.net/c/k?sv=2026-01-01&sig=SIG%3D',
  ])('is told without a URL that somebody else has signed: %s', (signed) => {
    const told = withoutSignatures(`could not read "${signed}", and more`);
    expect(told).not.toContain('SIG');
    expect(told).toMatch(/^could not read "https:.*", and more$/);
  });
});
