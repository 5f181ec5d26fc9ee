import { drillOnce } from './drillOnce.ts';
import { takeInventory } from './inventory.ts';
import { judge } from './judge.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

/** The Temporal server is killed in the middle of the outage and started again on its history. */
export function serverPoint(phase: string, expected: string): Scenario {
  return {
    name: `Temporal server killed in phase ${phase}`,
    async run(crash) {
      const before = await takeInventory(crash.stand);
      await crash.prepare();
      const old = crash.stand.server.pid;
      let restart: Promise<void> | undefined;
      const ran = await drillOnce(crash, (seen) => {
        if (seen === phase) restart ??= crash.stand.restartServer();
      });
      await restart;
      const deaths = crash.takeDeaths();
      const problems = await judge(crash, before, ran, expected);
      if (crash.stand.server.pid === old) problems.push('the server was never killed');
      if (deaths.length > 0) problems.push(`workers ended: ${deaths.join(', ')}`);
      return outcomeOf(ran, problems);
    },
  };
}
