import { z } from 'zod';

const target = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  weight: z.number().min(0).max(100),
});
export type Target = z.infer<typeof target>;

/** Weights sum to 100; no target at all = clients are turned away. */
export const routeValue = z.strictObject({
  targets: z.array(target).refine((targets) => targets.length === 0 || Math.abs(targets.reduce((sum, { weight }) => sum + weight, 0) - 100) < 1e-6, {
    error: 'weights must sum to 100',
  }),
  ttlSeconds: z.number().nonnegative(),
});
export type RouteValue = z.infer<typeof routeValue>;

export const route = routeValue.extend({ version: z.string().min(1) });
export type Route = z.infer<typeof route>;
