import { runIntercepted } from '../support/interceptedWorker.ts';
import { crashing } from './crashing.ts';
import { KILL_POINT_ENV } from './killPoint.ts';

/** A worker that can be told to die at a point of an activity. */
await runIntercepted(KILL_POINT_ENV, crashing);
