import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Driver } from '../../providers/driver.ts';
import { openSite } from '../../providers/registry.ts';
import { secretOf } from '../../worker/config.ts';
import type { LiveSite } from './siteFile.ts';

/** The same for each run of one person, so that the next one finds what a killed one has left. */
export function installations(): { readonly own: string; readonly foreign: string } {
  const own = `live-${userInfo()
    .username.toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-')}`;
  return { own, foreign: `${own}-foreign` };
}

export function open(site: LiveSite, installation: string): Promise<Driver> {
  return openSite(site, { site: 'live', root: join(tmpdir(), 'muster-live'), installation, secret: secretOf });
}
