import type { Call, Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { matches } from '../marks.ts';
import type { ResourceId, WorkloadSpec } from '../spec.ts';
import { idOf, instances, nativeIdOf, type Seen, seenAs, stateOf } from './instances.ts';
import { launch, requestFor, sharesOf } from './launch.ts';
import { observationOf } from './observation.ts';
import type { Site } from './site.ts';
import { literally, type Marked, markedBy, TAG } from './tags.ts';

const NOT_GONE = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];
const GOING = ['shutting-down', 'terminated'];

export function awsWorkload(site: Site): Owned<'workload'> {
  return {
    async ensure(id, spec, call) {
      const seen = await adopted(site, id, call);
      const all = await started(site, id, spec, seen, call).then(
        (made) => [...seen, ...made],
        async (error: unknown) => {
          // Another started it at this moment under a mark with another expiry: the token is the same, the tags are not.
          const there = isMismatch(error) ? await adopted(site, id, call) : [];
          if (there.length === 0) throw error;
          return there;
        },
      );
      if (all.every(({ instance }) => GOING.includes(stateOf(instance))))
        throw new DriverError('Conflict', 'its instances were terminated; ask for the next generation');
      const observation = observationOf(all, site.config);
      if (!observation) throw new DriverError('Unknown', 'EC2 answered without instances');
      return observation;
    },

    async observe(id, { signal }) {
      return observationOf((await seenAs(site, id, signal)).ours, site.config);
    },

    async remove(id, { signal }) {
      const { ours, foreign } = await seenAs(site, id, signal);
      if (foreign.length > 0) throw new DriverError('Denied', `${nativeIdOf(foreign)} does not carry our whole mark; remove it by hand if it may go`);
      const left = ours.filter(({ instance }) => !GOING.includes(stateOf(instance)));
      if (left.length > 0) await site.ec2.terminateInstances({ InstanceIds: left.map(({ instance }) => idOf(instance)) }, signal);
    },

    async *list(filter, { signal }) {
      const filters = [
        { Name: `tag:${TAG.installation}`, Values: [literally(filter.installation)] },
        ...(filter.run === undefined ? [] : [{ Name: `tag:${TAG.run}`, Values: [literally(filter.run)] }]),
        { Name: 'instance-state-name', Values: NOT_GONE },
      ];
      const things = new Map<string, Seen[]>();
      for await (const instance of instances(site, filters, signal)) {
        const mark = markedBy(instance);
        if (!mark || !matches(filter, mark.id)) continue;
        const key = JSON.stringify([mark.id.owner.run, mark.id.role, mark.id.generation]);
        things.set(key, [...(things.get(key) ?? []), { instance, mark }]);
      }
      for (const [first, ...rest] of things.values())
        if (first) yield { kind: 'workload', id: first.mark.id, nativeId: nativeIdOf([first, ...rest].map(({ instance }) => instance)) };
    },
  };
}

/** What is there already. Throws Conflict where it is not what is asked for. */
async function adopted(site: Site, id: ResourceId, { signal, digest }: Call): Promise<Seen[]> {
  const { ours, foreign } = await seenAs(site, id, signal);
  if (foreign.length > 0) throw new DriverError('Conflict', `${nativeIdOf(foreign)} carries part of our mark and is not ours; rename the component`);
  const there = ours.filter(({ instance }) => stateOf(instance) !== 'terminated');
  if (there.some(({ mark }) => mark.digest !== digest)) throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
  if (there.some(({ instance }) => stateOf(instance) === 'shutting-down'))
    throw new DriverError('Conflict', 'it is being removed; ask for the next generation');
  return there;
}

/** The shares of the batch that are not there yet. */
async function started(site: Site, id: ResourceId, spec: WorkloadSpec, seen: readonly Seen[], call: Call): Promise<Seen[]> {
  const shares = sharesOf(spec.replicas, site.config.subnets.length).map((count, share) => ({ count, share }));
  const missing = shares.filter(({ share }) => !seen.some(({ mark }) => mark.share === share));
  if (missing.length === 0) return [];
  const request = await requestFor(site, spec, call);
  const made = await Promise.all(
    missing.map(async ({ count, share }) => {
      const mark: Marked = { id, digest: call.digest, ports: spec.ports, replicas: spec.replicas, share };
      return (await launch(site, request, mark, count, call)).map((instance) => ({ instance, mark: markedBy(instance) ?? mark }));
    }),
  );
  return made.flat();
}

function isMismatch(error: unknown): boolean {
  return error instanceof Error && error.name === 'IdempotentParameterMismatch';
}
