import type { Command } from 'commander';
import { onStdout as pc } from './paint.ts';
import { ATTRIBUTES } from '../drills/attributes.ts';
import { MAIN_QUEUE, vantageQueue } from '../drills/queues.ts';
import type { doctor } from '../workflows/doctor.ts';
import { type Connected, withTemporal } from './connect.ts';
import { EXIT } from './errors.ts';
import { loadProject } from './project.ts';

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

const MIN_RETENTION_DAYS = 30;
const MOST_SKEW_SECONDS = 1;

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('server, worker, vantages, sites, credentials, clocks, retention, and where the runner itself stands')
    .option('--project <folder>', 'folder with muster.yaml', '.')
    .action(async ({ project }: { project: string }) => {
      const { muster } = await loadProject(project);
      await withTemporal(async (connected) => {
        const findings = [...(await namespaceFindings(connected)), ...(await queueFindings(connected, muster.vantages))];
        const workerIsThere = findings.some(({ what, ok }) => what === 'worker' && ok);
        if (workerIsThere) findings.push(...(await siteFindings(connected)));
        const beside = Object.entries(muster.sites).filter(([name, { location }]) => (location ?? name) === muster.runner.location);
        findings.push({
          what: 'runner',
          ok: beside.length === 0,
          detail:
            beside.length === 0
              ? `stands at ${muster.runner.location}, as no site does`
              : `stands at ${muster.runner.location}, as do ${beside.map(([name]) => name).join(', ')}: it can be lost with them (RUN-01)`,
        });
        for (const { what, ok, detail } of findings) process.stdout.write(`${ok ? pc.green('ok ') : pc.red('NOT')} ${what.padEnd(22)} ${detail}\n`);
        if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT.broken;
      });
    });
}

async function namespaceFindings({ client, namespace, address }: Connected): Promise<Finding[]> {
  const { config } = await client.workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.keys(ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
  return [
    { what: 'server', ok: true, detail: `${address}, namespace ${namespace}` },
    {
      what: 'retention',
      ok: days >= MIN_RETENTION_DAYS,
      detail: `runs are kept for ${Math.round(days)} days${days < MIN_RETENTION_DAYS ? `; set it with: temporal operator namespace update -n ${namespace} --retention 8760h` : ''}`,
    },
    {
      what: 'search attributes',
      ok: missing.length === 0,
      detail:
        missing.length === 0
          ? `all ${Object.keys(ATTRIBUTES).length} are there`
          : `missing: ${missing.join(', ')}; add them with: temporal operator search-attribute create`,
    },
  ];
}

async function queueFindings({ client, namespace }: Connected, vantages: readonly string[]): Promise<Finding[]> {
  const queues = [['worker', MAIN_QUEUE], ...vantages.map((vantage) => [`vantage ${vantage}`, vantageQueue(vantage)])] as const;
  return Promise.all(
    queues.map(async ([what = '', name = '']) => {
      const { pollers } = await client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: 2 });
      const count = pollers?.length ?? 0;
      return { what, ok: count > 0, detail: count > 0 ? `${count} on task queue ${name}` : `nobody on task queue ${name}; start one with: npx muster worker` };
    }),
  );
}

async function siteFindings({ client }: Connected): Promise<Finding[]> {
  const before = Date.now();
  const seen = await client.workflow.execute<typeof doctor>('doctor', {
    taskQueue: MAIN_QUEUE,
    workflowId: `doctor/${new Date().toISOString()}`,
    args: [],
    staticSummary: 'can the worker reach everything?',
  });
  const worker = Date.parse(seen.workerClock);
  const skew = worker < before ? (before - worker) / 1000 : Math.max(0, (worker - Date.now()) / 1000);
  return [
    ...seen.reached,
    { what: 'clocks', ok: skew <= MOST_SKEW_SECONDS, detail: `worker and this machine are ${skew <= 0 ? 'as one' : `at least ${skew.toFixed(1)} s apart`}` },
  ];
}
