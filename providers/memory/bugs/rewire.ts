import type { Driver, Owned, Power, Traffic } from '../../driver.ts';
import type { Kind } from '../../spec.ts';

/** The driver with some calls of each kind replaced. */
export function rewireOwned(driver: Driver, replace: <K extends Kind>(honest: Owned<K>, kind: K) => Partial<Owned<K>>): Driver {
  const { workload, network } = driver.owned;
  const owned: Driver['owned'] = {
    ...(workload && { workload: { ...workload, ...replace(workload, 'workload') } }),
    ...(network && { network: { ...network, ...replace(network, 'network') } }),
  };
  return { ...driver, owned };
}

export function rewirePower(driver: Driver, replace: (honest: Power) => Partial<Power>): Driver {
  return { ...driver, ...(driver.power && { power: { ...driver.power, ...replace(driver.power) } }) };
}

export function rewireTraffic(driver: Driver, replace: (honest: Traffic) => Partial<Traffic>): Driver {
  return { ...driver, ...(driver.traffic && { traffic: { ...driver.traffic, ...replace(driver.traffic) } }) };
}
