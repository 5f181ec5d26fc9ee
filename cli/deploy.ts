import type { Command } from 'commander';
import { componentRef, startOrder } from '../drills/makePlan.ts';
import { MAIN_QUEUE } from '../drills/queues.ts';
import type { deploy } from '../workflows/deploy.ts';
import { withTemporal } from './connect.ts';
import { workloadFromFile } from './project.ts';

export function addDeploy(program: Command): void {
  program
    .command('deploy <workload> <site>')
    .description('put a standing workload at a site; its route is pointed at it when it points at nothing')
    .action(async (file: string, site: string) => {
      const { muster, workload } = await workloadFromFile(file, site);
      await withTemporal(async ({ client }) => {
        const endpoints = await client.workflow.execute<typeof deploy>('deploy', {
          taskQueue: MAIN_QUEUE,
          workflowId: `deploy/${workload.workload}-${site}-${new Date().toISOString()}`,
          args: [
            {
              installation: muster.installation,
              site,
              route: workload.route,
              components: startOrder(workload).map((name) => componentRef({ muster, workload }, name)),
            },
          ],
          staticSummary: `put ${workload.workload} at ${site}`,
        });
        for (const [component, ports] of Object.entries(endpoints)) {
          for (const [port, replicas] of Object.entries(ports))
            process.stdout.write(`${component} ${port} ${replicas.map(({ host, port: number }) => `${host}:${number}`).join(' ')}\n`);
        }
      });
    });
}
