import { DriverError } from '../../errors.ts';
import type { PowerState } from '../../spec.ts';
import { nameOfRef } from '../power.ts';
import type { MemorySite } from '../site.ts';
import type { Powered } from '../thing.ts';
import type { Bug } from './index.ts';
import { rewirePower } from './rewire.ts';

export const POWER_BUGS = {
  'power-ignores-version': (driver) =>
    rewirePower(driver, (honest) => ({
      async write(ref, to, _, call, restore) {
        const { version } = await honest.read(ref, call);
        return honest.write(ref, to, version, call, restore);
      },
    })),

  'power-refuses-repeat': (driver) =>
    rewirePower(driver, (honest) => ({
      async write(ref, to, expected, call, restore) {
        if ((await honest.read(ref, call)).version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else');
        return honest.write(ref, to, expected, call, restore);
      },
    })),

  'power-version-stands-still': (driver) =>
    rewirePower(driver, (honest) => {
      const still = (version: string) => version.replace(/\/\d+$/, '');
      return {
        async read(ref, call) {
          const state = await honest.read(ref, call);
          return { ...state, version: still(state.version) };
        },
        async write(ref, to, expected, call, restore) {
          const now = await honest.read(ref, call);
          const state = await honest.write(ref, to, still(now.version) === expected ? now.version : expected, call, restore);
          return { ...state, version: still(state.version) };
        },
      };
    }),

  'start-loses-endpoints': (driver) =>
    rewirePower(driver, (honest) => {
      const moved = ({ endpoints, ...state }: PowerState): PowerState => {
        const starts = Number(state.version.split('/').at(-1));
        const elsewhere = Object.entries(endpoints).map(([name, at]) => [name, at.map(({ host, port }) => ({ host, port: port + starts }))] as const);
        return { ...state, endpoints: Object.fromEntries(elsewhere) };
      };
      return {
        read: async (ref, call) => moved(await honest.read(ref, call)),
        write: async (ref, to, expected, call, restore) => moved(await honest.write(ref, to, expected, call, restore)),
      };
    }),

  'power-touches-others': (driver, site) =>
    rewirePower(driver, (honest) => ({
      async write(ref, to, expected, call, restore) {
        const state = await honest.write(ref, to, expected, call, restore);
        for (const name of site.names('workload'))
          if (name !== nameOfRef(ref)) repower(site, name, (power) => ({ ...power, to: 'stopped', version: power.version + 1 }));
        return state;
      },
    })),

  'absent-throws': (driver) =>
    rewirePower(driver, (honest) => ({
      async read(ref, call) {
        const state = await honest.read(ref, call);
        if (state.power === 'absent') throw new DriverError('NotFound', 'nothing stands there');
        return state;
      },
    })),

  'start-forgets-restore': (driver) => rewirePower(driver, (honest) => ({ write: (ref, to, expected, call) => honest.write(ref, to, expected, call) })),

  'restore-deletes': (driver, site) =>
    rewirePower(driver, (honest) => ({
      async write(ref, to, expected, call, restore) {
        const state = await honest.write(ref, to, expected, call, restore);
        repower(site, nameOfRef(ref), (power) => ({ ...power, kept: [] }));
        return state;
      },
    })),

  'restore-trusts-url': (driver, site) =>
    rewirePower(driver, (honest) => ({
      async write(ref, to, expected, call, restore) {
        const state = await honest.write(ref, to, expected, call);
        const data = Object.fromEntries(Object.entries(restore ?? {}).map(([name, { sha256 }]) => [name, sha256] as const));
        if (restore) repower(site, nameOfRef(ref), (power) => ({ ...power, data, kept: [...power.kept, power.data] }));
        return state;
      },
    })),
} satisfies Record<string, Bug>;

function repower(site: MemorySite, name: string, change: (power: Powered) => Powered): void {
  const thing = site.get('workload', name);
  if (thing) site.set('workload', name, { ...thing, power: change(thing.power) });
}
