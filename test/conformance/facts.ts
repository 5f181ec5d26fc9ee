import { expect } from 'vitest';
import { z } from 'zod';
import type { SiteFacts } from '../../providers/spec.ts';

const name = z.string().min(1);
const names = z.array(name);
const whole = z.number().int().nonnegative();

/** What is told is told in one form by every site; what is not told is absent. */
const form = z.strictObject({
  site: name,
  provider: name,
  vendor: name,
  location: name,
  emulated: z.boolean(),
  shapes: z.array(z.strictObject({ name, cpu: z.number().positive(), memoryBytes: whole, arch: name, shared: z.boolean().optional() })),
  images: z.record(
    z.string(),
    z.strictObject({
      ref: name,
      format: z.string().regex(/^(host|oci|disk:\w+|native:[a-z]+)$/),
      arch: names,
      copies: names,
      regions: names.min(1).optional(),
      boot: z
        .array(z.enum(['bios', 'uefi']))
        .min(1)
        .optional(),
      createdAt: z.iso.datetime().optional(),
      exportable: z.boolean().optional(),
      keys: names.min(1).optional(),
    }),
  ),
  quotas: z
    .array(
      z.strictObject({
        name,
        limit: z.number().nonnegative(),
        used: z.number().nonnegative(),
        unit: z.enum(['cpu', 'machines']),
        shapes: names.min(1).optional(),
      }),
    )
    .optional(),
  networks: z.array(z.strictObject({ ref: name, zone: name.optional(), freeAddresses: whole.optional() })).optional(),
  identities: names.optional(),
  fixedShapes: z.record(z.string(), name).optional(),
});

export function expectFacts(facts: SiteFacts): void {
  expect(form.safeParse(facts).error?.issues ?? []).toEqual([]);
  const shapes = new Set(facts.shapes.map((shape) => shape.name));
  for (const { name: quota, shapes: counted = [] } of facts.quotas ?? [])
    expect({ quota, strange: counted.filter((each) => !shapes.has(each)) }).toEqual({ quota, strange: [] });
}
