import { BUGS, type MemoryBug } from '../../providers/memory/bugs/index.ts';
import { testDriver } from './index.ts';
import { memoryHarness } from './memoryHarness.ts';

// Long enough that a busy machine still finds things pending; all tests run at once, so it costs nothing.
const TIMING = { readyAfterMs: 250, goneAfterMs: 20, changesAfterMs: 20 };

// Run by `plantedRun.ts` alone: it must fail.
for (const bug of Object.keys(BUGS).filter((name): name is MemoryBug => name in BUGS)) testDriver(bug, () => memoryHarness({ bug }, TIMING));
testDriver('honest', () => memoryHarness({}, TIMING));
