import type { Instance } from '../instances.ts';
import { refusals } from '../refusal.ts';
import { zoneIn } from '../world.ts';
import { type Call, given } from './call.ts';

/** The instance of the path, by its name or its number. */
export function instanceOf(call: Call): Instance {
  const zone = zoneIn(call.world, given(call, 'zone'));
  const asked = given(call, 'instance');
  const name = `${zone}/instances/${asked}`;
  const found = call.world.instances.get(name) ?? [...call.world.instances.values()].find((each) => each.zone === zone && each.id === asked);
  if (!found) throw refusals.notFound(name);
  return found;
}

/** One that is being deleted takes no more changes. */
export function standingInstanceOf(call: Call): Instance {
  const instance = instanceOf(call);
  if (instance.deleting) throw refusals.notReady(instance.name);
  return instance;
}
