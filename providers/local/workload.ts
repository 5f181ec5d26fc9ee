import { join } from 'node:path';
import type { Owned } from '../driver.ts';
import type { Observation, ResourceId, WorkloadSpec } from '../spec.ts';
import { checkSpec } from './checkSpec.ts';
import { writeJson } from './json.ts';
import { files, replicaDir, thingDir } from './layout.ts';
import { listOwned } from './list.ts';
import { makeDirectory, makeThing } from './make.ts';
import { environmentOf } from './mark.ts';
import { networkFor } from './networkFor.ts';
import { idOf } from './owned.ts';
import { adopt, observeOwned, removeOwned } from './place.ts';
import { currentPower, FIRST_POWER, readPlan } from './plan.ts';
import { releasePorts, reservePorts } from './ports.ts';
import type { OwnedRecord, Plan } from './records.ts';
import { bootReplica, endpointsOf, type Seen, seeReplica } from './replica.ts';
import type { Site } from './site.ts';
import { siteUser } from './user.ts';

export function localWorkload(site: Site): Owned<'workload'> {
  return {
    async ensure(id, spec, { signal, digest }) {
      signal.throwIfAborted();
      checkSpec(spec);
      const owned = await adopt(site, 'workload', id, digest, (thing) => make(site, id, spec, digest, thing));
      signal.throwIfAborted();
      const thing = thingDir(site.root, id);
      await bootWhatIsMissing(thing, owned);
      return observation(thing, owned);
    },

    observe: (id, call) => observeOwned(site, 'workload', id, call, observation),

    async remove(id, call) {
      await removeOwned(site, 'workload', id, call);
    },

    list: (filter, call) => listOwned(site, 'workload', filter, call),
  };
}

async function make(site: Site, id: ResourceId, spec: WorkloadSpec, digest: string, thing: string): Promise<void> {
  const uid = await siteUser(site.root);
  const network = await networkFor(site, spec.network);
  const plan: Plan = {
    spec: { ...spec, boot: [...spec.boot] },
    site: site.name,
    mark: environmentOf(site.root, site.name, id),
    ...network,
    ...(uid !== undefined && { uid }),
  };
  const names = Object.keys(spec.ports);
  const ports = await reservePorts(thing, names.length * spec.replicas, network.namespace === undefined ? network.address : undefined);
  const made = await makeThing(site, 'workload', id, thing, { digest, replicas: spec.replicas, uid }, async (draft) => {
    await writeJson(files.plan(draft), plan);
    await writeJson(join(draft, FIRST_POWER), { want: 'running', since: new Date().toISOString() });
    for (let replica = 0; replica < spec.replicas; replica++) {
      const directory = replicaDir(draft, replica);
      await makeDirectory(site, directory, uid);
      await writeJson(files.ports(directory), Object.fromEntries(names.map((name, index) => [name, ports[replica * names.length + index]])));
    }
  }).catch(async (error: unknown) => {
    await releasePorts(thing, ports);
    throw error;
  });
  if (!made) await releasePorts(thing, ports);
}

/** Half-made by a crash, or made just now: a replica that was never booted is. One that failed, or was stopped, is left as it is. */
async function bootWhatIsMissing(thing: string, owned: OwnedRecord): Promise<void> {
  const [plan, power] = await Promise.all([readPlan(thing), currentPower(thing)]);
  if (power.value.want !== 'running') return;
  for (let replica = 0; replica < owned.replicas; replica++) {
    if ((await seeReplica(thing, replica)).is === 'idle') await bootReplica(thing, replica, plan, power);
  }
}

async function observation(thing: string, owned: OwnedRecord): Promise<Observation<'workload'>> {
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
