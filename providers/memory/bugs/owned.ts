import { setTimeout } from 'node:timers/promises';
import { DriverError } from '../../errors.ts';
import type { ResourceId } from '../../spec.ts';
import { nameOf } from '../thing.ts';
import type { Bug } from './index.ts';
import { rewireOwned } from './rewire.ts';

const PAGE = 20;

export const OWNED_BUGS = {
  'double-create': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async ensure(id, spec, call) {
        if (site.get(kind, nameOf(id))?.mark) site.make(kind, `${nameOf(id)} again`, { mark: id, spec, digest: call.digest });
        else return honest.ensure(id, spec, call);
        return { id, nativeId: 'mem-again', phase: 'pending' };
      },
    })),

  'replaces-spec': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async ensure(id, spec, call) {
        const had = site.get(kind, nameOf(id));
        if (had?.mark) site.set(kind, nameOf(id), { ...had, digest: call.digest });
        return honest.ensure(id, spec, call);
      },
    })),

  'ignores-generation': (driver) => {
    const first = (id: ResourceId): ResourceId => ({ ...id, generation: 1 });
    return rewireOwned(driver, (honest) => ({
      ensure: (id, spec, call) => honest.ensure(first(id), spec, call),
      observe: (id, call) => honest.observe(first(id), call),
      remove: (id, call) => honest.remove(first(id), call),
    }));
  },

  'expiry-is-identity': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async ensure(id, spec, call) {
        const had = site.get(kind, nameOf(id));
        if (!had?.mark || had.mark.owner.expires === id.owner.expires) return honest.ensure(id, spec, call);
        const { nativeId } = site.make(kind, `${nameOf(id)} ${id.owner.expires}`, { mark: id, spec, digest: call.digest });
        return { id, nativeId, phase: 'pending' };
      },
    })),

  'mangles-role': (driver) => {
    const mangled = (id: ResourceId): ResourceId => ({ ...id, role: id.role.toLowerCase().replaceAll(/[^a-z0-9/]+/g, '-') });
    return rewireOwned(driver, (honest) => ({
      ensure: (id, spec, call) => honest.ensure(mangled(id), spec, call),
      observe: (id, call) => honest.observe(mangled(id), call),
      remove: (id, call) => honest.remove(mangled(id), call),
    }));
  },

  blocks: (driver) =>
    rewireOwned(driver, (honest) => ({
      async ensure(id, spec, call) {
        const seen = await honest.ensure(id, spec, call);
        await setTimeout(1_100);
        return seen;
      },
    })),

  flaps: (driver) => {
    const times = new Map<string, number>();
    return rewireOwned(driver, (honest) => ({
      async observe(id, call) {
        const seen = await honest.observe(id, call);
        if (seen?.phase !== 'ready') return seen;
        const time = (times.get(seen.nativeId) ?? 0) + 1;
        times.set(seen.nativeId, time);
        return time === 2 ? { id: seen.id, nativeId: seen.nativeId, phase: 'pending' } : seen;
      },
    }));
  },

  'hides-failure': (driver) =>
    rewireOwned(driver, (honest) => ({
      async observe(id, call) {
        const seen = await honest.observe(id, call);
        return seen?.phase === 'failed' ? { id: seen.id, nativeId: seen.nativeId, phase: 'pending' } : seen;
      },
    })),

  'throws-not-found': (driver) =>
    rewireOwned(driver, (honest) => ({
      async observe(id, call) {
        const seen = await honest.observe(id, call);
        if (!seen) throw new DriverError('NotFound', 'there is no such thing');
        return seen;
      },
    })),

  'leaks-date': (driver) =>
    rewireOwned(driver, (honest) => ({
      async ensure(id, spec, call) {
        const dated = { ...(await honest.ensure(id, spec, call)), at: new Date() };
        return dated;
      },
    })),

  'remove-throws': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async remove(id, call) {
        const had = site.get(kind, nameOf(id));
        await honest.remove(id, call);
        if (!had) throw new DriverError('NotFound', 'there is no such thing');
      },
    })),

  'removes-only-ready': (driver, site) => {
    const ready = new Set<string>();
    return rewireOwned(driver, (honest, kind) => ({
      async observe(id, call) {
        const seen = await honest.observe(id, call);
        if (seen?.phase === 'ready') ready.add(seen.nativeId);
        return seen;
      },
      async remove(id, call) {
        const had = site.get(kind, nameOf(id));
        if (had?.mark && !ready.has(had.nativeId)) throw new DriverError('Conflict', 'it is still starting');
        return honest.remove(id, call);
      },
    }));
  },

  'removes-nothing': (driver) =>
    rewireOwned(driver, (honest) => ({
      async remove(id, call) {
        await honest.observe(id, call);
      },
    })),

  'removes-foreign': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async remove(id, call) {
        await honest.observe(id, call);
        site.remove(kind, nameOf(id));
      },
    })),

  'ignores-installation': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async remove(id, call) {
        for (const name of site.names(kind)) {
          const mark = site.get(kind, name)?.mark;
          if (mark && mark.owner.run === id.owner.run && mark.role === id.role && mark.generation === id.generation) await honest.remove(mark, call);
        }
        return honest.remove(id, call);
      },
    })),

  'ignores-run': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async remove(id, call) {
        for (const name of site.names(kind)) {
          const mark = site.get(kind, name)?.mark;
          if (mark && mark.owner.installation === id.owner.installation && mark.role === id.role) await honest.remove(mark, call);
        }
        return honest.remove(id, call);
      },
    })),

  'adopts-foreign': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async ensure(id, spec, call) {
        const had = site.get(kind, nameOf(id));
        if (had && !had.mark) site.set(kind, nameOf(id), { ...had, mark: id, digest: call.digest });
        return honest.ensure(id, spec, call);
      },
    })),

  'ignores-owner': (driver, site) =>
    rewireOwned(driver, (honest, kind) => ({
      async *list(filter, call) {
        yield* honest.list(filter, call);
        for (const name of site.names(kind)) {
          const thing = site.get(kind, name);
          if (thing?.mark && (thing.mark.owner.installation !== filter.installation || thing.mark.owner.run !== (filter.run ?? thing.mark.owner.run))) {
            yield { kind, id: thing.mark, nativeId: thing.nativeId };
          }
        }
      },
    })),

  'lists-whole-installation': (driver) => rewireOwned(driver, (honest) => ({ list: ({ installation }, call) => honest.list({ installation }, call) })),

  'forgets-expiry': (driver) =>
    rewireOwned(driver, (honest) => ({
      async *list(filter, call) {
        for await (const found of honest.list(filter, call)) yield { ...found, id: { ...found.id, owner: { ...found.id.owner, expires: 'never' } } };
      },
    })),

  'first-page-only': (driver) =>
    rewireOwned(driver, (honest) => ({
      async *list(filter, call) {
        let left = filter.run ? PAGE : Infinity;
        for await (const found of honest.list(filter, call)) if (left-- > 0) yield found;
      },
    })),
} satisfies Record<string, Bug>;
