import type { Endpoint } from '../providers/spec.ts';

/** Endpoints by component and port, as observed. */
export type Needs = Readonly<Record<string, Readonly<Record<string, readonly Endpoint[]>>>>;

/**
 * Fills `${needs.<component>.<port>}` with `host:port` of the first replica. `${self.…}` and `${store.…}` stay: the
 * driver and the activity know them. Throws RangeError for a component that has no such endpoint yet.
 */
export function fillNeeds(text: string, needs: Needs): string {
  return text.replaceAll(/\$\{needs\.([a-z0-9-]+)\.([a-z0-9-]+)\}/g, (_, component: string, port: string) => {
    const endpoint = needs[component]?.[port]?.[0];
    if (!endpoint) throw new RangeError(`\${needs.${component}.${port}}: ${component} has no endpoint ${port}`);
    return `${endpoint.host}:${endpoint.port}`;
  });
}

/** Equal shares of 100, the first ones taking the rest. */
export function weigh(endpoints: readonly Endpoint[]): (Endpoint & { readonly weight: number })[] {
  const share = Math.floor(100 / endpoints.length);
  const rest = 100 - share * endpoints.length;
  return endpoints.map((endpoint, index) => ({ ...endpoint, weight: share + (index < rest ? 1 : 0) }));
}
