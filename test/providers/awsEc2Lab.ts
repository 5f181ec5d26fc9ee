import { labClient } from '../../lab/aws/account.ts';
import { type RunningAws, startAws } from '../../lab/aws/aws.ts';
import type { MachineHost } from '../../lab/machines/host.ts';

export interface AwsLab extends RunningAws {
  readonly client: ReturnType<typeof labClient>;
}

/** An emulated account of one test file's own. The first on a machine fetches moto. */
export async function startAwsLab(machines?: MachineHost): Promise<AwsLab> {
  const aws = await startAws(machines && { machines });
  const client = labClient(aws.url);
  return {
    ...aws,
    client,
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}
