import type { Kind, ResourceId } from '../spec.ts';
import { exists, readText } from './json.ts';
import { files, thingDir } from './layout.ts';
import { type OwnedRecord, ownedRecord } from './records.ts';

/** What is at the place of a thing: nothing, something that is not this thing, or it. */
export type Place =
  | { readonly holds: 'nothing' }
  | { readonly holds: 'foreign' }
  | { readonly holds: 'ours'; readonly thing: string; readonly owned: OwnedRecord };

export async function lookAt(root: string, kind: Kind, id: ResourceId): Promise<Place> {
  const thing = thingDir(root, id);
  const owned = await readOwned(thing);
  if (!owned) return (await exists(thing)) ? { holds: 'foreign' } : { holds: 'nothing' };
  const found = idOf(owned);
  const same =
    found.owner.installation === id.owner.installation && found.owner.run === id.owner.run && found.role === id.role && found.generation === id.generation;
  return same && owned.kind === kind ? { holds: 'ours', thing, owned } : { holds: 'foreign' };
}

/** Undefined when it has none, or one that Muster did not write. */
export async function readOwned(thing: string): Promise<OwnedRecord | undefined> {
  const text = await readText(files.owned(thing));
  if (text === undefined) return undefined;
  try {
    return ownedRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** With the mark it was made with. */
export function idOf({ installation, run, expires, role, generation }: OwnedRecord): ResourceId {
  return { owner: { installation, run, expires }, role, generation };
}
