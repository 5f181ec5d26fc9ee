/**
 * The storage lease of a `writer: single` data set: an object in the store that belongs to neither site, taken and
 * renewed by compare-and-set. It compares no clock with another; each side counts seconds on its own. Holders use URLs
 * and plain HTTP, so that a boot supervisor needs no SDK; the runner watches through a Store.
 */
export { monotonic } from './clock.ts';
export { LeaseKeeper } from './keeper.ts';
export type { LeaseUrls } from './object.ts';
export { LeaseRefused, LeaseSuperseded } from './record.ts';
export { type HeldLease, releaseLease, renewLease, takeLease } from './take.ts';
export { leaseExpired, refusesStaleWrites, witnessLease } from './witness.ts';
