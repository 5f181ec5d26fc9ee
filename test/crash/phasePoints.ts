import { drillOnce } from './drillOnce.ts';
import { takeInventory } from './inventory.ts';
import { judge } from './judge.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

/** The worker dies as soon as each phase is seen to begin. */
export function phasePoints(phases: readonly string[], expected: string): Scenario[] {
  return phases.map((phase, index) => ({
    name: `phase ${phase} begins`,
    async run(crash) {
      const before = await takeInventory(crash.stand);
      await crash.prepare();
      let killedAt: string | undefined;
      const ran = await drillOnce(crash, (seen) => {
        // One that passed between two looks: the next one then.
        if (killedAt !== undefined || phases.indexOf(seen) < index) return;
        killedAt = seen;
        crash.killWorker();
      });
      const deaths = crash.takeDeaths();
      const problems = await judge(crash, before, ran, expected);
      if (deaths.join() !== 'SIGKILL') problems.push(`workers ended: ${deaths.join(', ') || 'none'}`);
      return outcomeOf(ran, problems);
    },
  }));
}
