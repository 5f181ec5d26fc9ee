import { type Json, jsonOf } from './json.ts';
import { fingerprintOf, lastOf, linkOf, stamp } from './names.ts';

export interface Disk {
  /** Full. */
  readonly name: string;
  readonly id: string;
  readonly zone: string;
  readonly sizeGb: number;
  readonly type: string;
  readonly sourceImage?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** The full name of the instance that it is attached to. */
  user: string | undefined;
  lastAttachAt: number | undefined;
  lastDetachAt: number | undefined;
}

export function diskView({ name, id, zone, sizeGb, type, sourceImage, labels, createdAt, user, lastAttachAt, lastDetachAt }: Disk): Json {
  return jsonOf({
    kind: 'compute#disk',
    id,
    name: lastOf(name),
    selfLink: linkOf(name),
    zone: linkOf(zone),
    creationTimestamp: stamp(createdAt),
    status: 'READY',
    sizeGb: String(sizeGb),
    type: linkOf(`${zone}/diskTypes/${type}`),
    physicalBlockSizeBytes: '4096',
    labels,
    labelFingerprint: fingerprintOf(labels),
    ...(sourceImage === undefined ? {} : { sourceImage: linkOf(sourceImage) }),
    ...(user === undefined ? {} : { users: [linkOf(user)] }),
    ...(lastAttachAt === undefined ? {} : { lastAttachTimestamp: stamp(lastAttachAt) }),
    ...(lastDetachAt === undefined ? {} : { lastDetachTimestamp: stamp(lastDetachAt) }),
  });
}
