import { join } from 'node:path';
import type { Call, Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { Found, Observation, ResourceId, WorkloadSpec } from '../spec.ts';
import { checkSpec } from './checkSpec.ts';
import { exists, writeJson } from './json.ts';
import { files, replicaDir, thingDir } from './layout.ts';
import { listOwned } from './list.ts';
import { makeDirectory, makeThing } from './make.ts';
import { environmentOf } from './mark.ts';
import { killMarked } from './marked.ts';
import { type Network, networkFor } from './networkFor.ts';
import { idOf, lookAt } from './owned.ts';
import { reservePorts } from './ports.ts';
import { currentPower, FIRST_POWER, readPlan } from './plan.ts';
import type { OwnedRecord, Plan } from './records.ts';
import { goOnRemoving, startRemoval } from './remove.ts';
import { bootReplica, endpointsOf, type Seen, seeReplica } from './replica.ts';
import type { Site } from './site.ts';
import { siteUser } from './user.ts';

export function localWorkload(site: Site): Owned<'workload'> {
  return {
    async ensure(id, spec, { signal, digest }) {
      signal.throwIfAborted();
      checkSpec(spec);
      const thing = thingDir(site.root, id);
      let place = await lookAt(site.root, 'workload', id);
      if (place.holds === 'nothing') {
        await make(site, id, spec, digest, thing);
        place = await lookAt(site.root, 'workload', id);
      }
      if (place.holds === 'foreign') throw new DriverError('Conflict', `${thing} is there and not ours: move it away, or give the component another name`);
      if (place.holds === 'nothing') throw new DriverError('Unavailable', 'it was removed while it was made: try again');
      if (await exists(files.removing(thing))) throw new DriverError('Conflict', 'it is being removed: ask for the next generation');
      if (place.owned.digest !== digest) throw new DriverError('Conflict', 'it was made from another spec: ask for the next generation');
      signal.throwIfAborted();
      await bootWhatIsMissing(thing, place.owned);
      return observation(site, thing, place.owned);
    },

    async observe(id, { signal }) {
      signal.throwIfAborted();
      const place = await lookAt(site.root, 'workload', id);
      if (place.holds !== 'ours') return undefined;
      const { thing, owned } = place;
      if (!(await exists(files.removing(thing)))) return observation(site, thing, owned);
      return (await goOnRemoving(site, thing, id)) ? undefined : { id: idOf(owned), nativeId: thing, phase: 'removing' };
    },

    remove: (id, call) => removeOwned(site, 'workload', id, call),
    list: (filter, call): AsyncIterable<Found> => listOwned(site, 'workload', filter, call),
  };
}

async function removeOwned(site: Site, kind: 'workload', id: ResourceId, { signal }: Call): Promise<void> {
  signal.throwIfAborted();
  const place = await lookAt(site.root, kind, id);
  if (place.holds === 'foreign') throw new DriverError('Denied', `${thingDir(site.root, id)} does not carry our mark: remove it by hand if it may go`);
  if (place.holds === 'nothing') {
    await killMarked(site.root, id);
    return;
  }
  await startRemoval(place.thing, place.owned.replicas);
  await goOnRemoving(site, place.thing, id);
}

async function make(site: Site, id: ResourceId, spec: WorkloadSpec, digest: string, thing: string): Promise<void> {
  const uid = await siteUser(site.root);
  const network: Network = await networkFor(site, spec.network);
  const plan: Plan = {
    spec: { ...spec, boot: [...spec.boot] },
    site: site.name,
    mark: environmentOf(site.root, site.name, id),
    ...network,
    ...(uid !== undefined && { uid }),
  };
  const names = Object.keys(spec.ports);
  await makeThing(site, 'workload', id, thing, { digest, replicas: spec.replicas, uid }, async (draft) => {
    await writeJson(files.plan(draft), plan);
    await writeJson(join(draft, FIRST_POWER), { want: 'running', since: new Date().toISOString() });
    const ports = await reservePorts(thing, names.length * spec.replicas, network.namespace === undefined ? network.address : undefined);
    for (let replica = 0; replica < spec.replicas; replica++) {
      const directory = replicaDir(draft, replica);
      await makeDirectory(site, directory, uid);
      await writeJson(files.ports(directory), Object.fromEntries(names.map((name, index) => [name, ports[replica * names.length + index]])));
    }
  });
}

/** Half-made by a crash, or made just now: a replica that was never booted is. One that failed, or was stopped, is left as it is. */
async function bootWhatIsMissing(thing: string, owned: OwnedRecord): Promise<void> {
  const [plan, power] = await Promise.all([readPlan(thing), currentPower(thing)]);
  if (power.value.want !== 'running') return;
  const { restore, since } = power.value;
  for (let replica = 0; replica < owned.replicas; replica++) {
    if ((await seeReplica(thing, replica)).is === 'idle') await bootReplica({ plan, thing, replica, ...(restore && { restore: { files: restore, stamp: since } }) });
  }
}

async function observation(site: Site, thing: string, owned: OwnedRecord): Promise<Observation<'workload'>> {
  const seen = await Promise.all(Array.from({ length: owned.replicas }, (_, replica) => seeReplica(thing, replica)));
  const [plan, power] = await Promise.all([readPlan(thing), currentPower(thing)]);
  const known = { id: idOf(owned), nativeId: thing };
  const failed = seen.find((each): each is Extract<Seen, { is: 'failed' }> => each.is === 'failed');
  if (power.value.want !== 'running') return { ...known, phase: 'pending', detail: `its power is ${power.value.want}` };
  if (failed) return { ...known, phase: 'failed', code: failed.code, detail: failed.detail };
  const waiting = seen.find((each) => each.is !== 'running');
  if (waiting) return { ...known, phase: 'pending', detail: waiting.is === 'underway' ? waiting.detail : 'not started' };
  return { ...known, phase: 'ready', status: { endpoints: endpointsOf(seen, plan.address) } };
}
