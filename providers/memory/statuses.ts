import { DriverError } from '../errors.ts';
import type { Endpoint, Fetchable, Kind, ResourceId, Specs, Statuses } from '../spec.ts';

/** What a site answers while a thing is made there. */
export interface Ground {
  endpoint(replica: number, port: number): Endpoint;
  /** Throws Invalid when the file at the URL has another sha256. */
  fetch(file: Fetchable): void;
  /** Can this be reached from inside a fence? */
  leaks(to: Endpoint): boolean;
  stands(fence: ResourceId): boolean;
}

/** What each kind shows once it is ready. Throws why it never will be. */
export const STATUS: { readonly [K in Kind]: (spec: Specs[K], ground: Ground) => Statuses[K] } = {
  workload(spec, ground) {
    const files = [spec.files, ...Object.values(spec.data).map((set) => set.restore)];
    for (const file of files) if (file) ground.fetch(file);
    if (spec.network !== 'site' && !ground.stands(spec.network.fence)) throw new DriverError('Invalid', 'its fence does not stand; make the fence first');
    if (spec.boot[0] === 'false') throw new DriverError('Invalid', 'the boot command exited with 1; read its output');
    const replicas = Array.from({ length: spec.replicas }, (_, replica) => replica);
    const endpoints = Object.entries(spec.ports).map(([name, port]) => [name, replicas.map((replica) => ground.endpoint(replica, port))] as const);
    return { endpoints: Object.fromEntries(endpoints) };
  },
  network(spec, ground) {
    const leak = spec.witnesses.find((witness) => ground.leaks(witness));
    if (leak) throw new DriverError('Invalid', `${leak.host}:${leak.port} can be reached from inside the fence; close it`);
    return { denied: spec.witnesses };
  },
};
