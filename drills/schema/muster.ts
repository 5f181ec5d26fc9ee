import { z } from 'zod';
import { name, named } from './names.ts';

/** What every site says, whatever its provider; the provider's own keys are checked by the provider's schema. */
const siteBase = z.looseObject({
  provider: z.string(),
  /** Where it stands, in words that `runner.location` and other sites share. */
  location: z.string().optional(),
  /** Overrides the provider's vendor, for gaps. */
  vendor: z.string().optional(),
  /** Image alias to the site's own reference. */
  images: z.record(z.string(), z.string()).default({}),
  /** Component (`orders/db`) to the operator's own selector of what runs it; without it, what `muster deploy` put there. */
  standing: z.record(z.string(), z.string()).default({}),
  credentials: z.strictObject({ read: z.string(), write: z.string() }).optional(),
});

/** `url` is what clients use. */
const routeBase = z.looseObject({ driver: z.string(), url: z.url({ protocol: /^https?$/ }), ttl: z.number().nonnegative().default(0) });
const storeBase = z.looseObject({ type: z.string(), vendor: z.string().optional(), location: z.string().optional() });

/** muster.yaml: where things can run, what clients use, what belongs to neither side. */
export const muster = z.strictObject({
  installation: name,
  runner: z.strictObject({ location: z.string() }),
  sites: named(siteBase),
  stores: named(storeBase).default({}),
  routes: named(routeBase).default({}),
  /** Who may approve: role to people. */
  roles: z.record(z.string(), z.array(z.string()).min(1)).default({}),
  /** From where the service is probed: each is a worker on its own task queue. */
  vantages: z.array(name).min(1).default(['here']),
});
export type Muster = z.infer<typeof muster>;
export type SiteEntry = Muster['sites'][string];
export type RouteEntry = Muster['routes'][string];
export type StoreEntry = Muster['stores'][string];
