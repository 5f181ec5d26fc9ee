import type { Bug } from './index.ts';

/** Mistakes in what the driver says it can do. */
export const DECLARATION_BUGS = {
  'declares-too-much': ({ owned: { network: _, ...owned }, ...driver }) => ({ ...driver, owned }),

  'declares-too-little': ({ capabilities: { traffic: _, ...capabilities }, ...driver }) => ({ ...driver, capabilities }),
} satisfies Record<string, Bug>;
