import type { Driver } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { getRoute, type Named, postCut, putRoute } from './client.ts';
import type { ForwarderConfig } from './config.ts';
import { classify } from './errors.ts';

/** Switches the lab's forwarders; `routes` are the entries of muster.yaml by route name, each with a forwarder of its own or a shared one. */
export function forwarderDriver(routes: Readonly<Record<string, ForwarderConfig>>): Driver {
  const at = (route: string): Named => {
    const config = Object.hasOwn(routes, route) ? routes[route] : undefined;
    if (!config) throw new DriverError('NotFound', `no route ${JSON.stringify(route)} in muster.yaml is a forwarder's`);
    return { admin: config.admin, name: config.name ?? route };
  };
  return {
    name: 'forwarder',
    capabilities: { vendor: 'self', kinds: [], power: [], restoresOnStart: false, traffic: { cuts: true }, emulated: true },
    owned: {},
    traffic: {
      read: async (route, { signal }) => getRoute(at(route), signal),
      write: async (route, next, expected, { signal }) => putRoute(at(route), next, expected, signal),
      cut: async (route, targets, { signal }) => postCut(at(route), targets, signal),
    },
    classify,
    close: async () => {},
  };
}
