import type { Driver } from '../../driver.ts';
import type { MemorySite } from '../site.ts';
import { CALL_BUGS } from './calls.ts';
import { DECLARATION_BUGS } from './declarations.ts';
import { OWNED_BUGS } from './owned.ts';
import { POWER_BUGS } from './power.ts';
import { TRAFFIC_BUGS } from './traffic.ts';

/** Turns the honest driver into one with this mistake, and no other. */
export type Bug = (driver: Driver, site: MemorySite) => Driver;

/** Mistakes that adapters really make. The conformance suite must notice each. */
export const BUGS = { ...OWNED_BUGS, ...CALL_BUGS, ...POWER_BUGS, ...TRAFFIC_BUGS, ...DECLARATION_BUGS } satisfies Record<string, Bug>;
export type MemoryBug = keyof typeof BUGS;
