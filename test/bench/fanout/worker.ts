import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { OpenCloud } from '../../../lab/clouds/cloud.ts';
import { startProgram, type Started } from '../../../lab/spawn.ts';
import type { Ground } from './ground.ts';
import { INSTALLATION, ROUTE } from './names.ts';

export type Sites = Readonly<Record<string, Pick<OpenCloud, 'site' | 'environment'>>>;

/** The product's worker as a process of its own, with these sites in its muster.yaml. `env` comes on top. */
export async function startWorker(
  folder: string,
  { env, route }: Pick<Ground, 'env' | 'route'>,
  sites: Sites,
  more: Readonly<Record<string, string>> = {},
): Promise<Started<{ pid: number }>> {
  await mkdir(folder, { recursive: true });
  const muster = {
    installation: INSTALLATION,
    runner: { location: 'this-machine' },
    sites: Object.fromEntries(Object.entries(sites).map(([name, { site }]) => [name, site])),
    routes: { [ROUTE]: route },
  };
  await writeFile(join(folder, 'muster.yaml'), stringify(muster));
  const environment = Object.assign({}, ...Object.values(sites).map((each) => each.environment), env, more);
  return startProgram('worker/main.ts', ['--project', folder, '--state', join(folder, 'state')], { log: join(folder, 'worker.log'), env: environment });
}
