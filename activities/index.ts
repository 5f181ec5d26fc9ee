import type { Activities } from './contract.ts';
import type { Deps } from './deps.ts';
import { evidenceActivities } from './evidence.ts';
import { examineActivities } from './examine.ts';
import { fenceActivities } from './fence.ts';
import { powerActivities } from './power.ts';
import { preflightActivities } from './preflight.ts';
import { recoveryActivities } from './recovery.ts';
import { resourceActivities } from './resources.ts';
import { routeActivities } from './routes.ts';
import { runActivities } from './runs.ts';
import { scriptActivities } from './script.ts';
import { heartbeating } from './wrap.ts';

/** Everything that the main task queue serves. */
export function createActivities(deps: Deps): Activities {
  return heartbeating<Activities>({
    ...preflightActivities(deps),
    ...resourceActivities(deps),
    ...powerActivities(deps),
    ...routeActivities(deps),
    ...recoveryActivities(deps),
    ...fenceActivities(deps),
    ...scriptActivities(deps),
    ...runActivities(deps),
    ...examineActivities(deps),
    ...evidenceActivities(deps),
  });
}
