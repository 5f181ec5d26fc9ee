import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { drillOf, loadProject, planOf } from '../../../cli/project.ts';
import { startDrill } from '../../../cli/startDrill.ts';
import type { Entry } from '../../../drills/journal.ts';
import { componentRef, startOrder } from '../../../drills/makePlan.ts';
import type { Plan } from '../../../drills/plan.ts';
import { MAIN_QUEUE } from '../../../drills/queues.ts';
import { type DrillRecord, drillRecord, type ShortForm } from '../../../drills/record.ts';
import type { Mode } from '../../../drills/schema/names.ts';
import type { Stand } from '../../../lab/stand.ts';
import type { deploy } from '../../../workflows/deploy.ts';
import type { drill } from '../../../workflows/drill.ts';
import { approve, type RunStatus, status } from '../../../workflows/messages.ts';
import { troubles } from './troubles.ts';

export type DrillHandle = WorkflowHandle<typeof drill>;

export const REQUESTER = 'ana@example.com';
export const APPROVER = 'li@example.com';

const LOOK_MS = 200;

/** A drill of the stand's project as the command line would plan it. */
export async function planned(stand: Stand, mode: Mode, name = 'orders-to-ams'): Promise<Plan> {
  const project = await loadProject(stand.lab.project);
  return planOf(project, drillOf(project, name), { mode, as: REQUESTER, trigger: 'on demand' });
}

/** Puts workloads at the home site, each with its route pointed at it. */
export async function putHome({ lab, client }: Stand, ...names: readonly string[]): Promise<void> {
  const { muster, loaded } = await loadProject(lab.project);
  await Promise.all(
    names.map(async (name) => {
      const workload = loaded.workloads.get(name)?.value;
      if (!workload) throw new Error(`there is no workload ${name} in ${lab.project}`);
      const components = startOrder(workload).map((each) => componentRef({ muster, workload }, each));
      const args: Parameters<typeof deploy> = [{ installation: muster.installation, site: 'onprem-fra', route: workload.route, components }];
      await client.workflow.execute<typeof deploy>('deploy', { taskQueue: MAIN_QUEUE, workflowId: `deploy/${name}`, args });
    }),
  );
}

/** Starts a run and lets it be. */
export function begin(stand: Stand, plan: Plan): Promise<DrillHandle> {
  return startDrill(stand.client, plan);
}

/** Waits until the run's own account of itself is as wanted; throws when the run ends before that. */
export async function seen(handle: DrillHandle, wanted: (now: RunStatus) => boolean, withinSeconds = 90): Promise<RunStatus> {
  for (const end = performance.now() + withinSeconds * 1000; ; await sleep(LOOK_MS)) {
    const now = await handle.query(status).catch(() => undefined);
    if (now && wanted(now)) return now;
    if (performance.now() > end) throw new Error(`${handle.workflowId} was not seen as wanted within ${withinSeconds} s: ${JSON.stringify(now)}${troubles()}`);
    const { status: state, memo } = await handle.describe();
    if (state.name !== 'RUNNING')
      throw new Error(`${handle.workflowId} was ${state.name.toLowerCase()} before it was seen as wanted: ${JSON.stringify(memo?.['result'])}${troubles()}`);
  }
}

export const asksForApproval = ({ waitingFor }: RunStatus): boolean => waitingFor?.what === 'approval';

/** Waits until the run asks for it, and `before` whatever is to happen first. */
export async function approved(handle: DrillHandle, before: () => Promise<void> = async () => undefined): Promise<void> {
  await seen(handle, asksForApproval);
  await before();
  await handle.executeUpdate(approve, { args: [{ by: APPROVER }] });
}

/** One drill from start to end, approved on the way where it asks. */
export async function drillToEnd(stand: Stand, plan: Plan): Promise<ShortForm> {
  const handle = await begin(stand, plan);
  if (plan.steps.some(({ uses }) => uses === 'approve')) await approved(handle);
  return handle.result();
}

/** What a run left as evidence. Throws when the record is not of the published form. */
export async function evidenceOf({ evidence }: ShortForm): Promise<{ readonly record: DrillRecord; readonly journal: readonly Entry[] }> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(evidence, name), 'utf8'));
  return { record: drillRecord.parse(await read('record.json')), journal: (await read('journal.json')) as Entry[] };
}
