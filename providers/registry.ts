import type { z } from 'zod';
import { awsEc2Capabilities } from './aws-ec2/capabilities.ts';
import { awsEc2Config } from './aws-ec2/config.ts';
import { azureVmCapabilities } from './azure-vm/capabilities.ts';
import { azureVmConfig } from './azure-vm/config.ts';
import { dockerCapabilities } from './docker/capabilities.ts';
import { dockerConfig } from './docker/config.ts';
import type { Driver } from './driver.ts';
import { forwarderConfig } from './forwarder/config.ts';
import { gcpComputeCapabilities } from './gcp-compute/capabilities.ts';
import { gcpComputeConfig } from './gcp-compute/config.ts';
import { incusCapabilities } from './incus/capabilities.ts';
import { incusConfig } from './incus/config.ts';
import { localCapabilities } from './local/capabilities.ts';
import { localConfig } from './local/config.ts';
import { marathonCapabilities } from './marathon/capabilities.ts';
import { marathonConfig } from './marathon/config.ts';
import { s3Config } from './s3/config.ts';
import { s3Keys, type S3Credentials } from './s3/credentials.ts';
import { s3Store } from './s3/store.ts';
import type { Capabilities } from './spec.ts';
import type { Store } from './store.ts';

/** Entries of muster.yaml: the word that chooses the provider, and keys that only the provider knows. */
type Entry<K extends string> = Readonly<Record<K, string>> & Readonly<Record<string, unknown>>;

/** Resolves a credential reference at the moment of use. */
export type Secret = (reference: string) => Promise<string>;

export interface SiteSetting {
  readonly site: string;
  /** Directory for a provider that keeps its site on this machine. */
  readonly root: string;
  readonly installation: string;
  readonly secret: Secret;
}

/** A provider's plain data, and how to load its driver: an SDK is imported when its first site is opened. */
interface SiteProvider {
  readonly schema: z.ZodType;
  capabilities(entry: unknown): Capabilities;
  open(entry: unknown, setting: SiteSetting): Promise<Driver>;
}

function siteProvider<C>(
  schema: z.ZodType<C>,
  capabilities: (config: C) => Capabilities,
  open: (config: C, setting: SiteSetting) => Promise<Driver>,
): SiteProvider {
  const own = (entry: unknown): C => schema.parse(without(entry, 'standing'));
  return { schema, capabilities: (entry) => capabilities(own(entry)), open: (entry, setting) => open(own(entry), setting) };
}

const SITES: Readonly<Record<string, SiteProvider>> = {
  local: siteProvider(localConfig, localCapabilities, async (config, setting) => (await import('./local/index.ts')).localDriver({ config, ...setting })),
  'aws-ec2': siteProvider(awsEc2Config, awsEc2Capabilities, async (config, setting) =>
    (await import('./aws-ec2/index.ts')).awsEc2Driver({ config, ...setting }),
  ),
  'gcp-compute': siteProvider(gcpComputeConfig, gcpComputeCapabilities, async (config, setting) =>
    (await import('./gcp-compute/index.ts')).gcpComputeDriver({ config, ...setting }),
  ),
  'azure-vm': siteProvider(azureVmConfig, azureVmCapabilities, async (config, setting) =>
    (await import('./azure-vm/index.ts')).azureVmDriver({ config, ...setting }),
  ),
  marathon: siteProvider(marathonConfig, marathonCapabilities, async (config, setting) =>
    (await import('./marathon/index.ts')).marathonDriver({ config, ...setting }),
  ),
  docker: siteProvider(dockerConfig, dockerCapabilities, async (config, { site }) => (await import('./docker/index.ts')).dockerDriver({ config, site })),
  incus: siteProvider(incusConfig, incusCapabilities, async (config, setting) => (await import('./incus/index.ts')).incusDriver({ config, ...setting })),
};

interface RouteProvider {
  readonly schema: z.ZodType;
  /** One driver for all its routes, by route name. */
  open(entries: Readonly<Record<string, unknown>>): Promise<Driver>;
}

const ROUTES: Readonly<Record<string, RouteProvider>> = {
  forwarder: {
    schema: forwarderConfig,
    open: async (entries) =>
      (await import('./forwarder/index.ts')).forwarderDriver(
        Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, forwarderConfig.parse(entry)])),
      ),
  },
};

interface StoreProvider {
  readonly schema: z.ZodType;
  open(name: string, entry: unknown, secret: Secret): Promise<Store>;
}

const STORES: Readonly<Record<string, StoreProvider>> = {
  s3: {
    schema: s3Config,
    async open(name, entry, secret) {
      const config = s3Config.parse(entry);
      return s3Store(name, config, config.credentials === undefined ? undefined : await s3Credentials(config.credentials, secret));
    },
  },
};

async function s3Credentials(reference: string, secret: Secret): Promise<S3Credentials> {
  return reference.startsWith('profile:') ? { profile: reference.slice('profile:'.length) } : s3Keys.parse(await secret(reference));
}

const schemasOf = (table: Readonly<Record<string, { readonly schema: z.ZodType }>>) =>
  Object.fromEntries(Object.entries(table).map(([name, { schema }]) => [name, schema]));

/** What `drills/load` checks entries of muster.yaml with, by provider, route driver and store type. */
export const schemas = { sites: schemasOf(SITES), routes: schemasOf(ROUTES), stores: schemasOf(STORES) };

/** Throws RangeError for a provider that is not known; files were validated before. */
export function capabilitiesOf(entry: Entry<'provider'>): Capabilities {
  return pick(SITES, entry.provider, 'provider').capabilities(entry);
}

export function openSite(entry: Entry<'provider'>, setting: SiteSetting): Promise<Driver> {
  return pick(SITES, entry.provider, 'provider').open(entry, setting);
}

/** All routes of one driver. */
export function openRoutes(driver: string, routes: Readonly<Record<string, Entry<'driver'>>>): Promise<Driver> {
  return pick(ROUTES, driver, 'route driver').open(Object.fromEntries(Object.entries(routes).filter(([, entry]) => entry.driver === driver)));
}

export function openStore(name: string, entry: Entry<'type'>, secret: Secret): Promise<Store> {
  return pick(STORES, entry.type, 'store type').open(name, entry, secret);
}

function pick<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!found) throw new RangeError(`there is no ${what} ${name}; there are ${Object.keys(table).join(', ')}`);
  return found;
}

/** Keys that plans read and providers do not know. */
function without(entry: unknown, key: string): unknown {
  return entry && typeof entry === 'object' ? Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key)) : entry;
}
