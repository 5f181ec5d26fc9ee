import { runIntercepted } from '../../support/interceptedWorker.ts';
import { gated, GATES_ENV } from './gated.ts';

/** A worker that can be held where an activity begins. */
await runIntercepted(GATES_ENV, gated);
