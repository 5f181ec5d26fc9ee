import type { Instance } from '@aws-sdk/client-ec2';
import { DriverError } from '../errors.ts';
import type { Fetchable } from '../spec.ts';
import { restoreLines } from '../userData/restore.ts';
import { idOf } from './instances.ts';
import type { Site } from './site.ts';
import { markedBy } from './tags.ts';

/** Before base64. */
const MOST_BYTES = 16_384;
const ORDER = '# muster-restore ';

/** For the boot script: the orders that stand in the instance's user-data, by version 2 of its metadata service. */
export const RESTORE_ORDERS = `base=\${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
ask() { curl -fsS --noproxy '*' --max-time 5 "$@"; }
token=$(ask -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/latest/api/token")
data=$(ask -H "X-aws-ec2-metadata-token: $token" "$base/latest/user-data")
printf '%s\\n' "$data" | sed -n 's/^${ORDER}//p'
`;

/**
 * Writes the orders as comments behind the boot script of a stopped instance, in the place of older ones; no orders take the older ones
 * away. Throws Unsupported, and changes nothing, where nothing on the instance would read them.
 */
export async function orderRestore(site: Site, instance: Instance, restore: Readonly<Record<string, Fetchable>> = {}, signal: AbortSignal): Promise<void> {
  const orders = restoreLines(restore).map((line) => `${ORDER}${line}`);
  const wanted = orders.length > 0;
  if (!markedBy(instance)) {
    if (wanted) throw new DriverError('Unsupported', `${idOf(instance)} was not put there by Muster, nothing on it restores data: restore it by hand`);
    return;
  }
  const { UserData } = await site.ec2.describeInstanceAttribute({ InstanceId: idOf(instance), Attribute: 'userData' }, signal);
  const before = Buffer.from(UserData?.Value ?? '', 'base64').toString('utf8');
  const script = before
    .split('\n')
    .filter((line) => !line.startsWith(ORDER))
    .join('\n');
  if (wanted && !script.includes(RESTORE_ORDERS))
    throw new DriverError('Unsupported', `the boot script of ${idOf(instance)} does not restore data at a start: deploy the component again`);
  const after = wanted ? `${script.trimEnd()}\n${orders.join('\n')}\n` : script;
  if (after === before) return;
  const bytes = Buffer.byteLength(after);
  if (bytes > MOST_BYTES)
    throw new DriverError(
      'Invalid',
      `the boot script of ${idOf(instance)} would have ${bytes} bytes with its orders, and user-data holds ${MOST_BYTES}: shorten its files or URLs`,
    );
  await site.ec2.modifyInstanceAttribute({ InstanceId: idOf(instance), UserData: { Value: Buffer.from(after) } }, signal);
}
