import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { CLOUDS, type CloudName, HAS_CLOUDS } from '../lab/clouds.ts';
import { drillName, INSTALLATION, ON_PREM } from '../lab/ordersProject.ts';
import { type LabSites, startSites } from '../lab/sites.ts';
import { newStandFolder } from '../lab/stale.ts';
import { clearSites } from '../lab/standing.ts';
import { UserError } from './errors.ts';
import { untilInterrupted } from './interrupt.ts';

const LABS = fileURLToPath(new URL('../.muster/lab', import.meta.url));
const [HOME] = ON_PREM;

export function addLab(program: Command): void {
  const lab = program.command('lab').description('clouds, racks, a store and routes on this machine, to try drills on');
  lab
    .command('up')
    .description('start it and make a project for it, in the foreground until Ctrl-C')
    .addOption(new Option('--clouds <name...>', 'only these').choices(CLOUDS).default([...CLOUDS]))
    .action(async ({ clouds }: { clouds: CloudName[] }) => {
      if (!HAS_CLOUDS) throw new UserError('the clouds of the lab need Linux: their machines run on loopback addresses that others lack');
      const folder = await newStandFolder(LABS);
      const { interrupted } = untilInterrupted();
      const sites = await startSites(folder, { pairs: clouds.map((to) => ({ from: HOME, to })) });
      try {
        const environment = join(folder, 'lab.env');
        await writeFile(environment, variables(sites.environment), { mode: 0o600 });
        process.stderr.write(howToGoOn(sites, environment));
        await interrupted;
      } finally {
        await clearSites(join(sites.lab.project, '.muster'), ON_PREM, INSTALLATION);
        await sites.stop();
      }
    });
}

/** For a shell to read. */
function variables(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('');
}

function howToGoOn({ lab, clouds }: LabSites, environment: string): string {
  const running = Object.values(clouds);
  return `${running.map(({ name, admin }) => `${name.padEnd(6)} faults, calls and inventory at ${admin}\n`).join('')}store  ${lab.storeUrl}
route  ${lab.routeUrl}

In another terminal:
  cd ${lab.project}
  . ${environment}
  npx muster up
And in a third, with the same first two lines:
  npx muster deploy workloads/orders.yaml ${HOME}
${running.map(({ name }) => `  npx muster run drills/${drillName({ from: HOME, to: name })}.yaml --mode isolated\n`).join('')}
Ctrl-C ends it, and every machine in it.
`;
}
