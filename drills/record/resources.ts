import type { Found } from '../../providers/spec.ts';
import { all, type Entry } from '../journal.ts';
import { latestBy, touched } from '../measures/facts.ts';
import type { DrillRecord } from './schema.ts';

type Resources = DrillRecord['resources'];

export function resourcesOf(entries: readonly Entry[]): Resources {
  const looked = latestBy(all(entries, 'leftovers'), ({ site }) => site).map(({ site, at, found, detail }) => ({
    site,
    at,
    found: found === 'unknown' ? found : found.map(named(site)),
    detail,
  }));
  const made = new Set(all(entries, 'created').map(({ site }) => site));
  const unseen = looked.some(({ found }) => found === 'unknown') || [...made].some((site) => !looked.some((each) => each.site === site));
  const notLooked = looked.length === 0 && touched(entries);
  return {
    created: all(entries, 'created').map(resource),
    removed: all(entries, 'removed').map(resource),
    retained: all(entries, 'retained').map(({ site, what, why }) => ({ site, what, why })),
    leftovers: unseen || notLooked ? 'unknown' : looked.flatMap(({ found }) => (found === 'unknown' ? [] : found)),
    looked,
  };
}

function resource({ site, id, nativeId, at }: Extract<Entry, { type: 'created' | 'removed' }>): Resources['created'][number] {
  return { site, role: id.role, generation: id.generation, nativeId, at };
}

const named =
  (site: string) =>
  ({ kind, id, nativeId }: Found) => ({ site, kind, role: id.role, nativeId });
