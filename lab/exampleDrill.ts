import { setTimeout as sleep } from 'node:timers/promises';
import { drillOf, loadProject, planOf } from '../cli/project.ts';
import type { startDrill } from '../cli/startDrill.ts';
import { componentRef, startOrder } from '../drills/makePlan.ts';
import type { Plan } from '../drills/plan.ts';
import { MAIN_QUEUE } from '../drills/queues.ts';
import type { Mode } from '../drills/schema/names.ts';
import type { deploy } from '../workflows/deploy.ts';
import { approve, type RunStatus } from '../workflows/messages.ts';
import { DEMO_APPROVER } from './ordersProject.ts';
import type { Stand } from './stand.ts';

/** The example drill of a stand in one mode, as the command line would plan it. */
export async function planExample(stand: Stand, mode: Mode, as = 'ana@example.com'): Promise<Plan> {
  const project = await loadProject(stand.lab.project);
  return planOf(project, drillOf(project, stand.lab.drill), { mode, as, trigger: 'on demand' });
}

/** Puts the example at its home site and waits for a recovery point: without one the preflight would refuse the drill. */
export async function putExample(stand: Stand, plan: Plan): Promise<void> {
  const { muster, loaded } = await loadProject(stand.lab.project);
  const workload = loaded.workloads.get(plan.workload)?.value;
  if (!workload) throw new Error(`there is no workload ${plan.workload} in ${stand.lab.project}`);
  await stand.client.workflow.execute<typeof deploy>('deploy', {
    taskQueue: MAIN_QUEUE,
    workflowId: `deploy/${plan.workload}-${plan.from.site}-${new Date().toISOString()}`,
    args: [
      {
        installation: muster.installation,
        site: plan.from.site,
        route: plan.route,
        components: startOrder(workload).map((name) => componentRef({ muster, workload }, name)),
      },
    ],
    staticSummary: `put ${plan.workload} at ${plan.from.site}`,
  });
  for (const { data } of plan.components) for (const { recovery } of Object.values(data)) await recoveryPointUnder(stand, recovery.key);
}

async function recoveryPointUnder({ lab }: Stand, prefix: string): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 200) {
    const list = await (await fetch(`${lab.storeUrl}/muster?list-type=2&prefix=${encodeURIComponent(prefix)}`)).text();
    if (list.includes('<Key>')) return;
    await sleep(200);
  }
  throw new Error(`no recovery point under ${prefix} within 30 s`);
}

type Handle = Awaited<ReturnType<typeof startDrill>>;

/** A live mode needs a second person. Nobody is asked in a demo, and the record says so. Called with each status that is seen. */
export function approveOnce(handle: Handle): (status: RunStatus) => Promise<void> {
  let done = false;
  return async ({ waitingFor }) => {
    if (done || waitingFor?.what !== 'approval') return;
    done = true;
    await handle.executeUpdate(approve, { args: [{ by: DEMO_APPROVER, reason: 'given by the demo itself: no person was asked' }] });
  };
}
