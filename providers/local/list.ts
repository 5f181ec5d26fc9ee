import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Call } from '../driver.ts';
import type { Found, Kind, MarkFilter, ResourceId } from '../spec.ts';
import { codeOf, exists } from './json.ts';
import { encode, files, thingDir } from './layout.ts';
import { matches } from './mark.ts';
import { markedThings } from './marked.ts';
import { idOf, readOwned } from './owned.ts';
import { goOnRemoving, tidy } from './remove.ts';
import type { Site } from './site.ts';

/** What carries the mark: directories, and processes whose directory is gone. On its way it finishes removals. */
export async function* listOwned(
  site: Site,
  kind: Kind,
  filter: MarkFilter,
  { signal }: Call,
  nativeId = (id: ResourceId): string => thingDir(site.root, id),
): AsyncIterable<Found> {
  signal.throwIfAborted();
  await tidy(site);
  const installation = join(site.root, encode(filter.installation));
  const runs = filter.run === undefined ? await names(installation) : [encode(filter.run)];
  const seen = new Set<string>();
  for (const run of runs) {
    for (const name of await names(join(installation, run))) {
      signal.throwIfAborted();
      const thing = join(installation, run, name);
      const owned = await readOwned(thing);
      if (!owned || !matches(filter, idOf(owned)) || thingDir(site.root, idOf(owned)) !== thing) continue;
      seen.add(thing);
      if (owned.kind !== kind) continue;
      if ((await exists(files.removing(thing))) && (await goOnRemoving(site, thing, idOf(owned)))) continue;
      yield { kind, id: idOf(owned), nativeId: nativeId(idOf(owned)) };
    }
  }
  if (kind !== 'workload') return;
  for (const { id, pid } of await markedThings(site.root)) {
    const thing = thingDir(site.root, id);
    // Made after the directories were read: its directory is there by now.
    if (!matches(filter, id) || seen.has(thing) || (await exists(thing))) continue;
    seen.add(thing);
    yield { kind, id, nativeId: `process ${pid}` };
  }
}

async function names(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
}
