import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import pc from 'picocolors';
import { componentRef, startOrder } from '../drills/makePlan.ts';
import type { Plan } from '../drills/plan.ts';
import { MAIN_QUEUE } from '../drills/queues.ts';
import { newStandFolder } from '../lab/stale.ts';
import { type Stand, startStand } from '../lab/stand.ts';
import { DEMO_APPROVER } from '../lab/ordersProject.ts';
import type { deploy } from '../workflows/deploy.ts';
import { approve, type RunStatus } from '../workflows/messages.ts';
import { EXIT, UserError } from './errors.ts';
import { follow } from './follow.ts';
import { untilInterrupted } from './interrupt.ts';
import { drillOf, loadProject, planOf, type Project } from './project.ts';
import { showResult } from './run.ts';
import { startDrill } from './startDrill.ts';
import { whoAmI } from './whoAmI.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const ORDERS_PER_SECOND = 20;

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('a real drill on this machine: a service with data is lost at one site, comes back at another, and goes home')
    .option('--json', 'put the record, and only it, on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const { signal, interrupted } = untilInterrupted();
      say('starting a Temporal server, a worker, a store, a route and two sites on this machine');
      const stand = await startStand({ folder: await newStandFolder(join(REPOSITORY, '.muster', 'demo')), ports: [7233, 8233] });
      try {
        await runDemo(stand, signal, json === true);
        if (process.stderr.isTTY && !signal.aborted) {
          say('everything stays up for you to look at; Ctrl-C ends it');
          await interrupted;
        }
      } finally {
        await stand.stop();
      }
    });
}

async function runDemo(stand: Stand, signal: AbortSignal, json: boolean): Promise<void> {
  const project = await loadProject(stand.lab.project);
  const plan = planOf(project, drillOf(project, 'orders-to-ams'), { mode: 'unplanned', as: whoAmI(), trigger: 'on demand' });
  say(`putting ${plan.workload} at ${plan.from.site}`);
  await putStanding(stand, project, plan);
  say(`clients place ${ORDERS_PER_SECOND} orders a second through ${stand.lab.routeUrl}`);
  const load = startLoad(stand);
  try {
    await firstRecoveryPoint(stand, plan);
    const handle = await startDrill(stand.client, plan);
    const page = `${stand.server.uiUrl}/${encodeURIComponent(handle.workflowId)}`;
    say(`${pc.bold('losing')} ${plan.from.site}; step by step at ${page}`);
    const approving = approveOnce(handle);
    const result = await follow(stand.client, handle, { objectives: plan.objectives, workflowId: handle.workflowId, signal, onStatus: approving });
    if (!result) throw new UserError('interrupted; the demo takes everything down');
    const clients = await load.end();
    await showResult(result, json, { 'Temporal UI': page, clients });
    process.exitCode = EXIT[result.verdict];
  } finally {
    await load.end();
  }
}

export async function putStanding({ client }: Stand, { muster, loaded }: Project, plan: Plan): Promise<void> {
  const workload = loaded.workloads.get(plan.workload)?.value;
  if (!workload) throw new UserError(`there is no workload ${plan.workload}`);
  const components = startOrder(workload).map((name) => componentRef({ muster, workload }, name));
  await client.workflow.execute<typeof deploy>('deploy', {
    taskQueue: MAIN_QUEUE,
    workflowId: `deploy/${plan.workload}-${plan.from.site}-${new Date().toISOString()}`,
    args: [{ installation: muster.installation, site: plan.from.site, route: plan.route, components }],
    staticSummary: `put ${plan.workload} at ${plan.from.site}`,
  });
}

/** A live mode needs a second person. Nobody is asked in a demo, and the record says so. */
function approveOnce(handle: Awaited<ReturnType<typeof startDrill>>): (status: RunStatus) => Promise<void> {
  let done = false;
  return async ({ waitingFor }) => {
    if (done || waitingFor?.what !== 'approval') return;
    done = true;
    await handle.executeUpdate(approve, { args: [{ by: DEMO_APPROVER, reason: 'given by the demo itself: no person was asked' }] });
  };
}

/** Without one the preflight would refuse the drill: there would be nothing to come back from. */
async function firstRecoveryPoint({ lab }: Stand, { components }: Plan): Promise<void> {
  const prefixes = components.flatMap(({ data }) => Object.values(data).map(({ recovery }) => recovery.key));
  for (const prefix of prefixes) {
    for (let waited = 0; ; waited += 200) {
      const list = await (await fetch(`${lab.storeUrl}/muster?list-type=2&prefix=${encodeURIComponent(prefix)}`)).text();
      if (list.includes('<Key>')) break;
      if (waited > 30_000) throw new Error(`no recovery point under ${prefix} within 30 s`);
      await sleep(200);
    }
  }
}

function startLoad({ lab, folder }: Stand): { end(): Promise<string> } {
  const args = [join(REPOSITORY, 'lab/load/main.ts'), '--url', lab.routeUrl, '--rate', String(ORDERS_PER_SECOND), '--ledger', join(folder, 'orders.jsonl')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const gone = once(child, 'exit');
  return {
    async end() {
      child.kill('SIGTERM');
      await gone;
      const { acknowledged, sent }: { acknowledged?: number; sent?: number } = JSON.parse(said || '{}');
      return `${sent} orders sent, ${acknowledged} acknowledged; ledger ${join(folder, 'orders.jsonl')}`;
    },
  };
}

function say(text: string): void {
  process.stderr.write(`${pc.dim('demo')} ${text}\n`);
}
