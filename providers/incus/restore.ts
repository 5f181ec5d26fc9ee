import { DriverError } from '../errors.ts';
import type { Fetchable } from '../spec.ts';
import { restoreLines } from '../userData/restore.ts';
import { pathOf } from './client.ts';
import type { Instance } from './instance.ts';
import { instanceNamed } from './instances.ts';
import { KEY, markedBy } from './marks.ts';
import type { Site } from './site.ts';

/** Where cloud-init and its like find the boot script. */
export const BOOT_SCRIPT = 'cloud-init.user-data';

/** For the boot script: the orders in the container's own configuration, as its metadata service shows it to root. */
export const RESTORE_ORDERS = `status=$(curl -sS --max-time 5 --unix-socket /dev/incus/sock -o restored/answer -w '%{http_code}' http://incus/1.0/config/${KEY.restore})
case $status in
  200) printf '%s\\n' "$(cat restored/answer)" ;;
  404) ;;
  *) exit 1 ;;
esac
`;

/**
 * Writes the orders into the configuration of a stopped container, in the place of older ones; no orders take the older ones away.
 * Throws Unsupported, and changes nothing, where nothing on the container would read them.
 */
export async function orderRestore(site: Site, { name }: Instance, restore: Readonly<Record<string, Fetchable>> = {}, signal: AbortSignal): Promise<void> {
  const orders = restoreLines(restore).join('\n');
  const found = await instanceNamed(site, name, signal);
  if (!found) return;
  const { config } = found.it;
  if (orders !== '' && !(markedBy(config) && config[BOOT_SCRIPT]?.includes(RESTORE_ORDERS)))
    throw new DriverError('Unsupported', `nothing on ${name} restores data at a start: restore it by hand, or let Muster deploy it`);
  if ((config[KEY.restore] ?? '') === orders) return;
  await site.write.ask('PATCH', pathOf('instances', name), signal, { body: { config: { [KEY.restore]: orders } }, etag: found.etag });
}
