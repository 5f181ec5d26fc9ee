import { ArmError } from './armError.ts';
import type { Described } from './models/description.ts';

/** Versions that clients newer than the descriptions send. Their fields that the descriptions lack are in `models/newerFields.ts`. */
const NEWER: Readonly<Record<Described['provider'] | 'Microsoft.Resources', readonly string[]>> = {
  // @azure/arm-compute 25: machines, images and sizes; disks.
  'Microsoft.Compute': ['2026-04-01', '2026-03-02'],
  // @azure/arm-network 39.
  'Microsoft.Network': ['2026-01-01'],
  // @azure/arm-resources 7 and 8.
  'Microsoft.Resources': ['2021-04-01', '2025-04-01'],
};

/** Without a provider any version will do, as for the state of an operation. */
export function checkApiVersion(given: string | null, provider?: keyof typeof NEWER, described?: string): void {
  if (given === null) throw new ArmError(400, 'MissingApiVersionParameter', 'The api-version query parameter (?api-version=) is required for all requests.');
  if (!provider) return;
  const supported = [...(described === undefined ? [] : [described]), ...NEWER[provider]];
  if (!supported.includes(given))
    throw new ArmError(400, 'InvalidApiVersionParameter', `The api-version '${given}' is invalid. The supported versions are '${supported.join(',')}'.`);
}
