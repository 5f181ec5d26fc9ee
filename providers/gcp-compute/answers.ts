import { z } from 'zod';

/** What is read of Compute Engine's answers, and nothing else of them. The SDK gives '' or null for what was not sent. */
const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
const list = <T extends z.ZodType>(each: T) =>
  z
    .array(each)
    .nullish()
    .transform((value) => value ?? []);
const map = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
/** int64 is a string in JSON. */
const whole = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? undefined : Number(value)));
/** `https://…/zones/europe-west1-b` and `zones/europe-west1-b` are `europe-west1-b`. */
const lastOf = text.transform((value) => value?.slice(value.lastIndexOf('/') + 1));

const problems = z
  .object({ errors: list(z.object({ code: text, message: text })) })
  .nullish()
  .transform((value) => value?.errors ?? []);

export const operationAnswer = z.object({
  name: z.string(),
  zone: lastOf,
  status: text,
  clientOperationId: text,
  error: problems,
  httpErrorStatusCode: z
    .number()
    .nullish()
    .transform((value) => value || undefined),
  httpErrorMessage: text,
  endTime: text,
  operationType: text,
  /** What it changes, as a link. */
  targetLink: text,
});
export type Operation = z.infer<typeof operationAnswer>;

export const instanceAnswer = z.object({
  name: z.string(),
  id: z.union([z.string(), z.number()]).nullish().transform(String),
  zone: lastOf.transform((zone) => zone ?? ''),
  machineType: lastOf,
  status: text.transform((status) => status ?? 'PROVISIONING'),
  statusMessage: text,
  labels: map,
  lastStartTimestamp: text,
  lastStopTimestamp: text,
  tags: z
    .object({ items: list(z.string()), fingerprint: text })
    .nullish()
    .transform((tags) => tags ?? { items: [], fingerprint: undefined }),
  metadata: z
    .object({
      items: list(
        z.object({
          key: z.string(),
          value: z
            .string()
            .nullish()
            .transform((value) => value ?? ''),
        }),
      ),
      fingerprint: text,
    })
    .nullish()
    .transform((metadata) => metadata ?? { items: [], fingerprint: undefined }),
  networkInterfaces: list(z.object({ networkIP: text, accessConfigs: list(z.object({ natIP: text })) })),
});
export type Instance = z.infer<typeof instanceAnswer>;

const warning = z.object({ code: text, message: text }).nullish();

export const instancesAnswer = z.object({
  items: z
    .record(z.string(), z.object({ instances: list(instanceAnswer), warning }))
    .nullish()
    .transform((items) => items ?? {}),
  nextPageToken: text,
  unreachables: list(z.string()),
});

export const operationsAnswer = z.object({ items: list(operationAnswer), nextPageToken: text });

const deprecated = z.object({ state: text }).nullish();

export const machineTypesAnswer = z.object({
  items: list(
    z.object({
      name: z.string(),
      guestCpus: z.number().nullish(),
      memoryMb: z.number().nullish(),
      architecture: text,
      deprecated,
      accelerators: list(z.unknown()),
    }),
  ),
  nextPageToken: text,
});
export type MachineType = z.infer<typeof machineTypesAnswer>['items'][number];

export const imageAnswer = z.object({
  name: z.string(),
  architecture: text,
  diskSizeGb: whole,
  status: text,
  creationTimestamp: text,
  storageLocations: list(z.string()),
  licenses: list(z.string()),
  guestOsFeatures: list(z.object({ type: text })),
  imageEncryptionKey: z.object({ kmsKeyName: text }).nullish(),
});

export type ImageAnswer = z.infer<typeof imageAnswer>;

export const regionAnswer = z.object({
  quotas: list(z.object({ metric: text, limit: z.number().nullish(), usage: z.number().nullish() })),
});

export const subnetworkAnswer = z.object({
  utilizationDetails: z.object({ ipv4Utilizations: list(z.object({ rangeName: text, totalFreeIp: whole })) }).nullish(),
});
