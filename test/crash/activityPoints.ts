import type { Activities, VantageActivities } from '../../activities/contract.ts';
import { drillOnce } from './drillOnce.ts';
import type { Used } from './history.ts';
import { takeInventory } from './inventory.ts';
import { judge } from './judge.ts';
import { type KillPoint, newKillPoint, wasReached } from './killPoint.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

const LONG_MS = 600;

/** What changes nothing: it is killed after the effect once, not each time. */
const LOOKS: readonly (keyof Activities | keyof VantageActivities)[] = [
  'preflight',
  'readPower',
  'readRoute',
  'latestRecoveryPoint',
  'leftovers',
  'awaitClean',
  'readCanary',
];

/**
 * For each type of activity that the undisturbed drill used: the worker dies at the entry of its first, at a heartbeat of
 * its longest, and after the effect and before the reply of each one that acts, of the last one that only looks.
 */
export function activityPoints(used: readonly Used[], expected: string): Scenario[] {
  const types = Map.groupBy(used, ({ activity }) => activity);
  return [...types].flatMap(([activity, all]) => {
    const longest = all.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    const looks = LOOKS.some((name) => name === activity);
    return [
      ...all.slice(0, 1).map((each) => pointAt('entry', each, expected)),
      pointAt('heartbeat', longest, expected),
      ...all.slice(looks ? -1 : 0).map((each) => pointAt('effect', each, expected)),
    ];
  });
}

const WORDS: Record<KillPoint['when'], string> = { entry: 'entry', heartbeat: 'heartbeat', effect: 'effect, no reply' };

function pointAt(when: KillPoint['when'], { activity, nth, summary, seconds }: Used, expected: string): Scenario {
  return {
    name: `${activity} ${nth}: ${WORDS[when]} (${summary})`,
    async run(crash) {
      const point = newKillPoint({ activity, workflow: 'drill', nth, when, afterMs: Math.min(LONG_MS, (seconds * 1000) / 2) });
      const before = await takeInventory(crash.stand);
      await crash.prepare(point);
      const ran = await drillOnce(crash);
      const problems = await judge(crash, before, ran, expected);
      const deaths = crash.takeDeaths().join();
      if (!wasReached(crash.pointFile, point)) problems.push('the point was never reached');
      else if (deaths !== 'SIGKILL') problems.push(`workers ended: ${deaths || 'none'}`);
      return outcomeOf(ran, problems);
    },
  };
}
