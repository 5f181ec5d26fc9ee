import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type PowerRef, type PowerState, READS_AS } from '../spec.ts';
import type { Faults } from './faults.ts';
import type { MemorySite } from './site.ts';
import { nameOf, type Powered, type Thing } from './thing.ts';

export function memoryPower(site: MemorySite, faults: Faults): Power {
  return {
    read(ref, { signal }) {
      return faults.meet('readPower', signal, () => stateOf(site.get('workload', nameOfRef(ref))));
    },

    write(ref, to, expected, { signal }, restore = {}) {
      return faults.meet('writePower', signal, () => {
        const name = nameOfRef(ref);
        const thing = site.get('workload', name);
        if (!thing) throw new DriverError('NotFound', 'nothing stands there; check the selector');
        const { power } = thing;
        if (power.to === READS_AS[to]) return stateOf(thing);
        if (stateOf(thing).version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
        for (const file of Object.values(restore)) site.fetch(file);
        const next = {
          ...thing,
          power: { ...restored(power, restore), to: READS_AS[to], version: power.version + 1, at: Date.now() + site.options.changesAfterMs },
        };
        site.set('workload', name, next);
        return stateOf(next);
      });
    },
  };
}

export function nameOfRef(ref: PowerRef): string {
  return 'id' in ref ? nameOf(ref.id) : ref.selector;
}

function restored(power: Powered, restore: Readonly<Record<string, { readonly sha256: string }>>): Powered {
  const files = Object.entries(restore).map(([name, { sha256 }]) => [name, sha256] as const);
  return files.length === 0 ? power : { ...power, data: { ...power.data, ...Object.fromEntries(files) }, kept: [...power.kept, power.data] };
}

function stateOf(thing: Thing<'workload'> | undefined): PowerState {
  if (!thing) return { power: 'absent', version: '', endpoints: {} };
  const { power, outcome, nativeId } = thing;
  const version = `${nativeId}/${power.version}`;
  if (power.at > Date.now()) return { power: 'changing', version, endpoints: {}, detail: `it will be ${power.to}` };
  return { power: power.to, version, endpoints: power.to === 'running' && outcome.phase === 'ready' ? outcome.status.endpoints : {} };
}
