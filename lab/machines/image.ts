import { z } from 'zod';

const environment = z.record(z.string(), z.string());

/** What the images of a lab's machines have in common; `{address}` and `{root}` (the machine's own directory) are filled in. */
export const machineImage = z.strictObject({
  /** Of everything that runs on the machine, its services too. PATH is that of the lab. */
  environment: environment.optional(),
  /**
   * For machines that cannot have a root of their own (no root rights and no user namespaces): more environment, and a command of the
   * shell that the image starts at every boot but the first, as a machine without a service manager needs it.
   */
  shared: z.strictObject({ environment, laterBoots: z.string() }).optional(),
});
export type MachineImage = z.infer<typeof machineImage>;
