import type { Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { Kind, Observation, ResourceId } from '../spec.ts';
import type { Faults } from './faults.ts';
import type { MemorySite } from './site.ts';
import { nameOf, type Thing } from './thing.ts';

export function memoryOwned<K extends Kind>(kind: K, site: MemorySite, faults: Faults): Owned<K> {
  return {
    ensure(id, spec, { signal, digest }) {
      return faults.meet('ensure', signal, () => {
        const name = nameOf(id);
        const had = site.get(kind, name);
        if (had && !had.mark) throw new DriverError('Conflict', 'something that is not ours has this name; rename it or the component');
        if (had?.goneAt !== undefined) throw new DriverError('Conflict', 'it is being removed; ask for the next generation');
        if (had && had.digest !== digest) throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
        return observationOf(had?.mark ?? id, had ?? site.make(kind, name, { mark: id, spec, digest }));
      });
    },

    observe(id, { signal }) {
      return faults.meet('observe', signal, () => {
        const thing = site.get(kind, nameOf(id));
        return thing?.mark && observationOf(thing.mark, thing);
      });
    },

    remove(id, { signal }) {
      return faults.meet('remove', signal, () => {
        const name = nameOf(id);
        const thing = site.get(kind, name);
        if (!thing) return;
        if (!thing.mark) throw new DriverError('Denied', 'it does not carry our mark; remove it by hand if it may go');
        site.remove(kind, name);
      });
    },

    async *list({ installation, run }, { signal }) {
      const names = await faults.meet('list', signal, () => [...site.names(kind)]);
      for (const name of names) {
        const thing = site.get(kind, name);
        const owner = thing?.mark?.owner;
        if (thing?.mark && owner?.installation === installation && (run ?? owner.run) === owner.run) yield { kind, id: thing.mark, nativeId: thing.nativeId };
      }
    },
  };
}

function observationOf<K extends Kind>(id: ResourceId, { nativeId, readyAt, goneAt, power, outcome }: Thing<K>): Observation<K> {
  const seen = { id, nativeId };
  if (goneAt !== undefined) return { ...seen, phase: 'removing' };
  if (readyAt > Date.now()) return { ...seen, phase: 'pending', detail: 'it is starting' };
  if (power.to !== 'running' || power.at > Date.now())
    return { ...seen, phase: 'pending', detail: `its power is ${power.at > Date.now() ? 'changing' : power.to}` };
  return { ...seen, ...outcome };
}
