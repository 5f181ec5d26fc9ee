import type { Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { Observation, ResourceId } from '../spec.ts';
import { aliasOf, idFromAlias } from './alias.ts';
import { fenceName, lowerFence, planFence, raiseFence, standsFence } from './fence.ts';
import { links, needRoot } from './ip.ts';
import { exists, readJson, writeJson } from './json.ts';
import { files, thingDir } from './layout.ts';
import { listOwned } from './list.ts';
import { makeThing } from './make.ts';
import { matches } from './mark.ts';
import { idOf } from './owned.ts';
import { adopt, observeOwned, removeOwned } from './place.ts';
import { type FenceRecord, fenceRecord } from './records.ts';
import type { Site } from './site.ts';
import { siteUser } from './user.ts';
import { inTurn } from './turn.ts';
import { tryWitnesses } from './witness.ts';

/** A drill's own fence: a network namespace that answers and never asks. */
export function localNetwork(site: Site): Owned<'network'> {
  return {
    async ensure(id, { witnesses }, { signal, digest }) {
      signal.throwIfAborted();
      needRoot('a fence');
      const owned = await adopt(site, 'network', id, digest, async (thing) => {
        const uid = await siteUser(site.root);
        const record: FenceRecord = { ...(await planFence(site.root, id)), witnesses: [...witnesses] };
        await makeThing(site, 'network', id, thing, { digest, replicas: 0, uid }, (draft) => writeJson(files.fence(draft), record));
      });
      signal.throwIfAborted();
      const thing = thingDir(site.root, id);
      const fence = await readFence(thing);
      await inTurn(thing, () => raiseFence(fence, aliasOf(site.root, idOf(owned))));
      return { id: idOf(owned), nativeId: fence.namespace, phase: 'pending', detail: 'not yet seen to hold' };
    },

    observe: (id, call) => observeOwned(site, 'network', id, call, (thing) => observation(site, thing, id, call.signal)),

    async remove(id, call) {
      if (await removeOwned(site, 'network', id, call)) return;
      const orphan = (await fences(site)).find((each) => thingDir(site.root, each) === thingDir(site.root, id));
      if (orphan) await lowerFence(fenceName(site.root, orphan));
    },

    async *list(filter, call) {
      yield* listOwned(site, 'network', filter, call, (id) => fenceName(site.root, id));
      for (const id of await fences(site)) {
        if (matches(filter, id) && !(await exists(thingDir(site.root, id)))) yield { kind: 'network', id, nativeId: fenceName(site.root, id) };
      }
    },
  };
}

export async function readFence(thing: string): Promise<FenceRecord> {
  const fence = await readJson(files.fence(thing), fenceRecord);
  if (!fence) throw new DriverError('Unavailable', `${thing} was removed while it was read: look again`);
  return fence;
}

async function observation(site: Site, thing: string, id: ResourceId, signal: AbortSignal): Promise<Observation<'network'>> {
  const { namespace, witnesses } = await readFence(thing);
  const known = { id, nativeId: namespace };
  if (!(await standsFence(namespace))) return { ...known, phase: 'pending', detail: 'not made yet' };
  const reach = await tryWitnesses(namespace, witnesses, signal);
  const told = (all: typeof reach): string => all.map(({ witness }) => `${witness.host}:${witness.port}`).join(', ');
  const leaks = reach.filter(({ inside }) => inside);
  const mute = reach.filter(({ outside }) => !outside);
  if (leaks.length > 0) return { ...known, phase: 'failed', code: 'Invalid', detail: `${told(leaks)} can be reached from inside: the fence does not hold` };
  if (mute.length > 0) {
    return {
      ...known,
      phase: 'failed',
      code: 'Invalid',
      detail: `${told(mute)} cannot be reached from ${site.name} either and proves nothing: name a witness that answers there`,
    };
  }
  return { ...known, phase: 'ready', status: { denied: reach.map(({ witness }) => witness) } };
}

/** Those that say themselves that they are of this site. */
async function fences(site: Site): Promise<ResourceId[]> {
  if (process.platform !== 'linux') return [];
  const found = (await links()).map(({ ifname, ifalias }) => ({ ifname, id: idFromAlias(site.root, ifalias) }));
  return found.flatMap(({ ifname, id }) => (id && ifname === fenceName(site.root, id) ? [id] : []));
}
