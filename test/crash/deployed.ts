import { drillOf, loadProject, planOf } from '../../cli/project.ts';
import { componentRef, startOrder } from '../../drills/makePlan.ts';
import type { Plan } from '../../drills/plan.ts';
import { MAIN_QUEUE } from '../../drills/queues.ts';
import type { Stand } from '../../lab/stand.ts';
import type { deploy } from '../../workflows/deploy.ts';

/** Puts the example at its home site and plans its unplanned drill. */
export async function deployed({ lab, client }: Stand): Promise<Plan> {
  const project = await loadProject(lab.project);
  const { muster, loaded } = project;
  const plan = planOf(project, drillOf(project, 'orders-to-ams'), { mode: 'unplanned', as: 'the crash loop', trigger: 'on demand' });
  const workload = loaded.workloads.get(plan.workload)?.value;
  if (!workload) throw new Error(`the example has no workload ${plan.workload}`);
  const components = startOrder(workload).map((name) => componentRef({ muster, workload }, name));
  await client.workflow.execute<typeof deploy>('deploy', {
    taskQueue: MAIN_QUEUE,
    workflowId: `deploy/${plan.workload}`,
    args: [{ installation: muster.installation, site: plan.from.site, route: plan.route, components }],
  });
  return plan;
}
