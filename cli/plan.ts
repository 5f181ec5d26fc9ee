import type { Command } from 'commander';
import Table from 'cli-table3';
import { onStdout as pc } from './paint.ts';
import type { Plan } from '../drills/plan.ts';
import { LIVE, MODES, type Mode } from '../drills/schema/names.ts';
import { pointOfNoReturn } from '../drills/script.ts';
import { showSeconds } from '../drills/units.ts';
import { planFromFile } from './project.ts';
import { parseMode } from './run.ts';

export function addPlan(program: Command): void {
  program
    .command('plan <drill>')
    .description('what would run: script, blast radius, point of no return, estimates, static gaps; nothing is touched')
    .option('--mode <mode>', `one of ${MODES.join(', ')}`, parseMode)
    .option('--json', 'the plan itself on stdout')
    .action(async (file: string, { mode, json }: { mode?: Mode; json?: boolean }) => {
      const plan = await planFromFile(file, mode === undefined ? {} : { mode });
      process.stdout.write(
        json
          ? `${JSON.stringify({ ...plan, blastRadius: blastRadius(plan), pointOfNoReturn: pointOfNoReturn(plan.steps, plan.mode), criticalPathSeconds: criticalPath(plan) }, undefined, 2)}\n`
          : `${describe(plan).join('\n')}\n`,
      );
    });
}

function describe(plan: Plan): string[] {
  const { from, to, mode, objectives, steps, gaps } = plan;
  const table = new Table({ head: ['', 'step', 'phase', 'within', 'what it makes or touches'], style: { head: [], border: [], compact: true } });
  const noReturn = pointOfNoReturn(steps, mode);
  for (const { name, phase, wave, uses, withinSeconds, touches, fixed } of steps) {
    table.push([
      name === noReturn ? '!' : uses === 'start' && wave > 0 ? '>' : '',
      name,
      phase,
      showSeconds(withinSeconds),
      `${touches}${fixed ? '' : ' (may be skipped with a reason)'}`,
    ]);
  }
  return [
    pc.bold(
      `${plan.drill.name}: ${plan.workload} from ${from.site} (${from.provider}) to ${to.site} (${to.provider}), ${mode}${plan.environment === 'emulated' ? ', emulated' : ''}`,
    ),
    `Targets: RTO ${showSeconds(objectives.rtoSeconds)}, RPO ${showSeconds(objectives.rpoSeconds)}, held for ${showSeconds(objectives.holdSeconds)}; gives up after ${showSeconds(plan.deadlineSeconds)}`,
    table.toString(),
    `Blast radius: ${blastRadius(plan).join('; ') || 'nothing is touched'}`,
    noReturn === undefined
      ? 'Point of no return: none, clients stay where they are'
      : `Point of no return: ${noReturn} (marked !). From cutover on, abort means failback with data`,
    `At most ${showSeconds(criticalPath(plan))} on the critical path, if every step takes all the time that it may`,
    ...(LIVE.includes(mode)
      ? [`A second person must approve: ${[...new Set(steps.flatMap(({ approval }) => plan.roles[approval?.role ?? ''] ?? []))].join(', ')}`]
      : []),
    gaps.length === 0 ? 'Static gaps: none found' : 'Static gaps:',
    ...gaps.flatMap(({ id, severity, title, evidence }) => [`  ${severity} ${id} ${title}`, ...evidence.map(({ ref, shows }) => `     ${ref}: ${shows}`)]),
  ];
}

function blastRadius({ steps, mode, route, workload }: Plan): string[] {
  const touched = steps.filter(({ touches }) => touches !== '').map(({ touches }) => touches);
  return [
    ...new Set([
      ...(LIVE.includes(mode) ? [`clients of ${route} (${workload}) lose the service from disrupt to T7 and again during failback`] : []),
      ...touched,
    ]),
  ];
}

/** Steps of one wave run at the same time; people are not counted. */
function criticalPath({ steps }: Plan): number {
  const groups = Map.groupBy(
    steps.filter(({ uses }) => uses !== 'approve'),
    ({ uses, phase, wave, name }) => (uses === 'start' ? `${phase} ${wave}` : name),
  );
  return [...groups.values()].reduce((sum, group) => sum + Math.max(...group.map(({ withinSeconds }) => withinSeconds)), 0);
}
