import type { Call } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { Kind, Observation, ResourceId } from '../spec.ts';
import { exists } from './json.ts';
import { files, thingDir } from './layout.ts';
import { killMarked } from './marked.ts';
import { idOf, lookAt } from './owned.ts';
import { releaseAll } from './ports.ts';
import type { OwnedRecord } from './records.ts';
import { dropEmptyParents, goOnRemoving, startRemoval } from './remove.ts';
import type { Site } from './site.ts';

/** The thing of this id, made now if there was none. Conflict when something else is there, or it is made from another spec or being removed. */
export async function adopt(site: Site, kind: Kind, id: ResourceId, digest: string, make: (thing: string) => Promise<void>): Promise<OwnedRecord> {
  const thing = thingDir(site.root, id);
  let place = await lookAt(site.root, kind, id);
  if (place.holds === 'nothing') {
    await make(thing);
    place = await lookAt(site.root, kind, id);
  }
  if (place.holds === 'foreign') throw new DriverError('Conflict', `${thing} is there and not ours: move it away, or give the component another name`);
  if (place.holds === 'nothing') throw new DriverError('Unavailable', 'it was removed while it was made: try again');
  if (await exists(files.removing(thing))) throw new DriverError('Conflict', 'it is being removed: ask for the next generation');
  if (place.owned.digest !== digest) throw new DriverError('Conflict', 'it was made from another spec: ask for the next generation');
  return place.owned;
}

/** What is there, or how far its removal is. */
export async function observeOwned<K extends Kind>(
  site: Site,
  kind: K,
  id: ResourceId,
  { signal }: Call,
  observe: (thing: string, owned: OwnedRecord) => Promise<Observation<K>>,
): Promise<Observation<K> | undefined> {
  signal.throwIfAborted();
  const place = await lookAt(site.root, kind, id);
  if (place.holds !== 'ours') return undefined;
  const { thing, owned } = place;
  if (!(await exists(files.removing(thing)))) return observe(thing, owned);
  return (await goOnRemoving(site, thing, id)) ? undefined : { id: idOf(owned), nativeId: thing, phase: 'removing' };
}

/** False when no directory of it was there; then what carries its mark without one is ended. */
export async function removeOwned(site: Site, kind: Kind, id: ResourceId, { signal }: Call): Promise<boolean> {
  signal.throwIfAborted();
  const place = await lookAt(site.root, kind, id);
  if (place.holds === 'foreign') throw new DriverError('Denied', `${thingDir(site.root, id)} does not carry our mark: remove it by hand if it may go`);
  if (place.holds === 'nothing') {
    await killMarked(site.root, id);
    await releaseAll(thingDir(site.root, id));
    // A removal that crashed just before its end leaves them.
    await dropEmptyParents(thingDir(site.root, id));
    return false;
  }
  await startRemoval(place.thing, place.owned.replicas);
  await goOnRemoving(site, place.thing, id);
  return true;
}
