import { runProbe } from '../../../activities/outside/probe.ts';
import { HeldByTest } from './heldByTest.ts';

/** A worker of its own that probes until it is killed: `host.ts <input as JSON>`. */
const { input, place } = JSON.parse(process.argv[2] ?? '');
await runProbe(input, place, new HeldByTest());
