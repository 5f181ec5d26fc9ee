import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kind, ResourceId } from '../spec.ts';
import { codeOf, writeJson } from './json.ts';
import { files, TRANSIT } from './layout.ts';
import type { OwnedRecord } from './records.ts';
import type { Site } from './site.ts';

/** Makes a directory of the site, and those above it up to the root, closed to everybody but the site's own user. */
export async function makeDirectory(site: Site, path: string, uid: number | undefined): Promise<void> {
  if (path !== site.root) await makeDirectory(site, dirname(path), uid);
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  await chmod(path, uid === undefined ? 0o700 : 0o710);
  if (uid !== undefined) await chown(path, 0, uid);
}

/** Puts a thing at its place, whole or not at all; false when another was faster. `fill` makes the rest before anybody can see it. */
export async function makeThing(
  site: Site,
  kind: Kind,
  id: ResourceId,
  thing: string,
  rest: Pick<OwnedRecord, 'digest' | 'replicas'> & { readonly uid?: number | undefined },
  fill: (draft: string) => Promise<void>,
): Promise<boolean> {
  const { digest, replicas, uid } = rest;
  const draft = join(site.root, TRANSIT, randomUUID());
  const owned: OwnedRecord = {
    kind,
    ...id.owner,
    role: id.role,
    generation: id.generation,
    digest,
    site: site.name,
    replicas,
    madeAt: new Date().toISOString(),
  };
  try {
    await makeDirectory(site, draft, uid);
    await writeJson(files.owned(draft), owned);
    await fill(draft);
    return await place(site, draft, thing, uid);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function place(site: Site, draft: string, thing: string, uid: number | undefined): Promise<boolean> {
  for (let again = 5; ; again--) {
    await makeDirectory(site, dirname(thing), uid);
    try {
      await rename(draft, thing);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return false;
      // The last thing of this run was removed at this moment, and the run's directory with it.
      if (codeOf(error) !== 'ENOENT' || again === 0) throw error;
    }
  }
}
