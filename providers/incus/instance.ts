import { z } from 'zod';

const device = z.record(z.string(), z.string());

export const instance = z.object({
  name: z.string(),
  status: z.string(),
  created_at: z.string(),
  last_used_at: z.string(),
  ephemeral: z.boolean(),
  architecture: z.string(),
  description: z.string().default(''),
  config: z.record(z.string(), z.string()),
  devices: z.record(z.string(), device),
  profiles: z.array(z.string()).nullable(),
  /** With those of its profiles. */
  expanded_devices: z.record(z.string(), device),
});
/** As Incus shows it. */
export type Instance = z.infer<typeof instance>;

const state = z.object({
  network: z
    .record(z.string(), z.object({ addresses: z.array(z.object({ family: z.string(), address: z.string(), scope: z.string() })).nullable() }))
    .nullish(),
});

/** The first global IPv4 address of a running one, interfaces in one order; undefined while it has none. */
export function addressIn(metadata: unknown): string | undefined {
  const { network } = state.parse(metadata);
  const all = Object.entries(network ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { addresses }]) => addresses ?? []);
  return all.find(({ family, scope }) => family === 'inet' && scope === 'global')?.address;
}

export const isRunning = ({ status }: Instance): boolean => status === 'Running';

/** Removal makes it ephemeral: when it stops, by whatever, it is gone. */
export const isGoing = ({ ephemeral }: Instance): boolean => ephemeral;

/** For people: a few of many. */
export function nativeIdOf(names: readonly string[]): string {
  const sorted = names.toSorted();
  return sorted.length > 3 ? `${sorted.slice(0, 3).join(',')}+${sorted.length - 3}` : sorted.join(',');
}
