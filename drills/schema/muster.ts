import { z } from 'zod';
import { duration } from '../units.ts';
import { name, named, words } from './names.ts';

const reference = z.string().regex(/^[a-z][a-z0-9-]*:\S+$/, { error: 'a reference such as env:NAME or profile:dr, never the secret itself' });

const address = z
  .url({ protocol: /^https?$/, error: 'an address such as https://orders.example.com' })
  .refine((text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === '', { error: 'an address without user and password' });

/** What every site says, whatever its provider; the provider's own keys are checked by the provider's schema. */
export const siteBase = z.looseObject({
  provider: words.describe('What runs things there, such as `local`; the other keys of the site depend on it.'),
  location: words.optional().describe('Where it stands, in words that `runner.location` and other sites share. Default: the name of the site.'),
  vendor: words.optional().describe('Whose it is, for gaps, such as `aws` or `self`. Default: what the provider says.'),
  images: z.record(name, words).default({}).describe("Image alias, as workloads use it, to the site's own reference."),
  standing: z
    .record(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, { error: 'a component such as orders/db' }), words)
    .default({})
    .describe("Component (`orders/db`) to the operator's own selector of what runs it. Default: what `muster deploy` put there."),
  credentials: z
    .strictObject({
      read: reference.describe('Credentials that may only look.'),
      write: reference.describe('Credentials that a drill acts with.'),
    })
    .optional()
    .describe('References to credentials, never the secrets themselves.'),
});

export const routeBase = z.looseObject({
  driver: words.describe('What switches it, such as `forwarder`; the other keys of the route depend on it.'),
  url: address.describe('What clients use.'),
  ttl: duration.default(0).describe('How long clients may keep an old answer, such as the TTL of a DNS record.'),
});

export const storeBase = z.looseObject({
  type: words.describe('What kind of store it is, such as `s3`; the other keys of the store depend on it.'),
  vendor: words.optional().describe('Whose it is, for gaps.'),
  location: words.optional().describe('Where it stands, in words that sites share.'),
});

/** muster.yaml: where things can run, what clients use, what belongs to neither side. */
export const muster = z
  .strictObject({
    installation: name.describe('Name of this installation: everything that it makes carries it.'),
    runner: z
      .strictObject({ location: words.describe('Where that is, in the words of `sites.<name>.location`.') })
      .describe('Where Temporal and the workers stand; it should be neither side of a drill.'),
    sites: named(siteBase).describe('Places that can run a workload, by name.'),
    stores: named(storeBase).default({}).describe('Object storage that belongs to no site, by name: recovery points, files for the boot, evidence.'),
    routes: named(routeBase).default({}).describe('What clients use, by name; belongs to no site.'),
    roles: z.record(name, z.array(words).min(1)).default({}).describe('Who may approve: role to people.'),
    vantages: z.array(name).min(1).default(['here']).describe('From where the service is probed: each is a worker on its own task queue.'),
  })
  .describe('muster.yaml: where things can run, what clients use, and what belongs to neither side.');
export type Muster = z.infer<typeof muster>;
