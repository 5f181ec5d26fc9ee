import type { Fetchable, Kind, Lease, Locator, ObjectRef, Specs } from '../providers/spec.ts';
import type { RefSpecs } from './contract.ts';
import type { Deps } from './deps.ts';

/** How long a machine may use a signed URL: long enough for a boot and for a lease to be renewed over a drill. */
const SIGNED_SECONDS = 24 * 3600;

/** Turns references into what only drivers may see: signed URLs and secret values. Never log or return the result. */
export async function resolveSpec<K extends Kind>(deps: Deps, kind: K, spec: RefSpecs[K], signedAt: string): Promise<Specs[K]> {
  const resolvers: { [P in Kind]: (spec: RefSpecs[P]) => Promise<Specs[P]> } = {
    network: async (network) => network,
    workload: async (workload) => ({
      ...withoutRefs(workload),
      ...(workload.files ? { files: await fetchable(deps, workload.files, signedAt) } : {}),
      env: Object.fromEntries(Object.entries(workload.env).map(([name, value]) => [name, withStore(deps, value, workload.data)])),
      secrets: Object.fromEntries(
        await Promise.all(Object.entries(workload.secrets).map(async ([name, reference]) => [name, await deps.secret(reference)] as const)),
      ),
      data: Object.fromEntries(
        await Promise.all(
          Object.entries(workload.data).map(
            async ([name, set]) =>
              [
                name,
                {
                  sizeBytes: set.sizeBytes,
                  ...(set.restore ? { restore: await fetchable(deps, set.restore, signedAt) } : {}),
                  recovery: `${deps.storeUrl(set.recovery.store)}/${set.recovery.key}`,
                  ...(set.lease ? { lease: await leaseUrls(deps, set.lease, signedAt) } : {}),
                },
              ] as const,
          ),
        ),
      ),
    }),
  };
  return resolvers[kind](spec);
}

export async function fetchable(deps: Deps, file: Locator, signedAt: string): Promise<Fetchable> {
  const store = await deps.store(file.store);
  return { url: await store.signedUrl('GET', file.key, signedAt, SIGNED_SECONDS), sha256: file.sha256 };
}

/** A signature is for one method; a store without credentials gives the same URL twice. */
async function leaseUrls(deps: Deps, { at, ttlSeconds }: Lease<ObjectRef>, signedAt: string): Promise<Lease> {
  const store = await deps.store(at.store);
  const signed = (method: 'GET' | 'PUT') => store.signedUrl(method, at.key, signedAt, SIGNED_SECONDS);
  return { at: await signed('GET'), put: await signed('PUT'), ttlSeconds };
}

function withoutRefs({ files: _files, data: _data, ...rest }: RefSpecs['workload']): Omit<Specs['workload'], 'files' | 'data'> {
  return rest;
}

function withStore(deps: Deps, value: string, data: RefSpecs['workload']['data']): string {
  const store = Object.values(data)[0]?.recovery.store;
  return store ? value.replaceAll('${store.url}', deps.storeUrl(store)) : value;
}
