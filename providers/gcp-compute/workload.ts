import type { Call, Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { matches } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import { adopted, started } from './batch.ts';
import { erase } from './erase.ts';
import { classify } from './errors.ts';
import { instances, is, nativeIdOf, type Seen, seenAs } from './instances.ts';
import { LABEL, labelValue, markedBy } from './labels.ts';
import { batchOf } from './names.ts';
import { observationOf, zonesToAsk } from './observation.ts';
import { isDone } from './operations.ts';
import { startsOf, type Tried } from './starts.ts';
import type { Site } from './site.ts';

export function gcpWorkload(site: Site): Owned<'workload'> {
  const { config, removals } = site;

  /** What stands, and where something is missing what became of the requests for it. */
  const look = async (id: ResourceId, { token, signal }: Call): Promise<{ seen: Seen[]; tried: Tried[] }> => {
    const { ours } = await seenAs(site, id, signal);
    const where = zonesToAsk(id, ours, config.zones);
    if (where.size === 0) return { seen: ours, tried: [] };
    const tried = await startsOf(site, token, where, signal);
    // What was done in between the two is in none of both.
    const isOver = tried.length > 0 && tried.every(({ operation }) => isDone(operation));
    return { seen: isOver ? (await seenAs(site, id, signal)).ours : ours, tried };
  };

  return {
    async ensure(id, spec, call) {
      const seen = await adopted(site, id, call);
      const operations = await started(site, id, spec, seen, call).catch(async (error: unknown) => {
        if (classify(error).code !== 'Conflict') throw error;
        // Another started it at this moment, or what has its name is not ours: looking again tells.
        if ((await adopted(site, id, call)).length === 0) throw error;
        return [];
      });
      if (seen.length === 0 && operations.some((each) => !isDone(each)))
        return { id, nativeId: batchOf(id), phase: 'pending', detail: 'its instances are being made' };
      const sight = await look(id, call);
      const observation = observationOf({ id, ...sight, isRemoving: false }, config);
      if (!observation) throw new DriverError('Conflict', 'its instances were removed; ask for the next generation');
      return observation;
    },

    async observe(id, call) {
      const { seen, tried } = await look(id, call);
      const isRemoving = removals.has(id);
      if (isRemoving) await erase(site, id, seen, call.signal);
      return observationOf({ id, seen, tried, isRemoving }, config);
    },

    async remove(id, { signal }) {
      const { ours, foreign } = await seenAs(site, id, signal);
      if (foreign.length > 0) throw new DriverError('Denied', `${nativeIdOf(foreign)} does not carry our whole mark; remove it by hand if it may go`);
      removals.add(id);
      await erase(site, id, ours, signal);
    },

    async *list(filter, { signal }) {
      const wanted = [
        is(`labels.${LABEL.installation}`, labelValue(filter.installation)),
        ...(filter.run === undefined ? [] : [is(`labels.${LABEL.run}`, labelValue(filter.run))]),
      ];
      const things = new Map<string, ResourceId>();
      for await (const instance of instances(site, wanted.map((each) => `(${each})`).join(' AND '), signal)) {
        const mark = markedBy(instance);
        if (!mark || !matches(filter, mark.id)) continue;
        things.set(batchOf(mark.id), mark.id);
      }
      for (const id of things.values()) yield { kind: 'workload', id, nativeId: batchOf(id) };
    },
  };
}
