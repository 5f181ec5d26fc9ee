import type { Bug } from './index.ts';

/** Mistakes in what the driver says it can do. */
export const DECLARATION_BUGS = {
  'declares-too-much': ({ traffic, ...driver }) => ({ ...driver, ...(traffic && { traffic: { read: traffic.read, write: traffic.write } }) }),

  'declares-too-little': ({ capabilities, ...driver }) => ({ ...driver, capabilities: { ...capabilities, kinds: ['workload'] } }),
} satisfies Record<string, Bug>;
