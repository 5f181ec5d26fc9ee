import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

// import.meta.dirname came with Node 20.11.
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MUSTER = join(ROOT, '.muster');
export const BIN = join(MUSTER, 'bin');
