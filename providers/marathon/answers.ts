import { z } from 'zod';

/** Of Marathon's answers what the driver reads; the rest passes. Null stands for what is not said. */
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);
const list = <T extends z.ZodType>(type: T) =>
  z
    .array(type)
    .nullish()
    .transform((value) => value ?? []);

const port = z.object({ name: optional(z.string()), port: optional(z.number()), containerPort: optional(z.number()), hostPort: optional(z.number()) });

const task = z.object({
  id: z.string(),
  host: z.string(),
  state: z.string(),
  ports: list(z.number()),
  ipAddresses: list(z.object({ ipAddress: z.string() })),
  healthCheckResults: list(z.object({ alive: z.boolean() }).nullable()),
});
export type Task = z.infer<typeof task>;

export const app = z.object({
  id: z.string(),
  instances: z.number(),
  version: z.string(),
  labels: z
    .record(z.string(), z.string())
    .nullish()
    .transform((value) => value ?? {}),
  portDefinitions: list(port),
  container: optional(z.object({ portMappings: list(port), docker: optional(z.object({ portMappings: list(port) })) })),
  healthChecks: list(z.unknown()),
  tasks: list(task),
  deployments: list(z.object({ id: z.string() })),
  lastTaskFailure: optional(z.object({ message: z.string(), state: z.string(), timestamp: z.string(), host: optional(z.string()) })),
});
export type App = z.infer<typeof app>;

export const oneApp = z.object({ app });
export const apps = z.object({ apps: z.array(app) });
export const versions = z.object({ versions: z.array(z.string()) });
export const pastApp = z.object({ instances: z.number().nullish() });
export const result = z.object({ deploymentId: z.string() });
export const info = z.object({ name: z.string(), version: z.string() });

export const deployments = z.array(
  z.object({
    id: z.string(),
    affectedApps: list(z.string()),
    affectedPods: list(z.string()),
    steps: list(z.object({ actions: list(z.object({ action: z.string(), app: optional(z.string()) })) })),
  }),
);

const waiting = z.object({
  app: optional(z.object({ id: z.string() })),
  count: z.number(),
  since: optional(z.string()),
  delay: z.object({ timeLeftSeconds: z.number(), overdue: z.boolean() }),
  processedOffersSummary: optional(z.object({ rejectSummaryLastOffers: list(z.object({ reason: z.string(), declined: z.number() })) })),
});
export type Waiting = z.infer<typeof waiting>;
export const queue = z.object({ queue: list(waiting) });

/** `details` are lines for people, whichever form this version gives them. */
export const refusal = z.object({
  message: optional(z.string()),
  details: optional(z.unknown()),
  deployments: list(z.object({ id: z.string() })),
});
export const detail = z.array(z.object({ path: optional(z.string()), errors: list(z.string()) }));
