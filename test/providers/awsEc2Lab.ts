import { type LabAccount, labClient, makeAccount } from '../../lab/aws/account.ts';
import { type RunningLayer, startLayer } from '../../lab/aws/layer.ts';
import { type RunningMoto, startMoto } from '../../lab/aws/moto.ts';

export interface AwsLab {
  readonly layer: RunningLayer;
  readonly account: LabAccount;
  readonly client: ReturnType<typeof labClient>;
  stop(): Promise<void>;
}

/** An emulated account of one test file's own. The first on a machine fetches moto. */
export async function startAwsLab(): Promise<AwsLab> {
  const moto: RunningMoto = await startMoto();
  const layer = await startLayer(moto.url);
  const account = await makeAccount(layer.url);
  const client = labClient(layer.url);
  return {
    layer,
    account,
    client,
    async stop() {
      client.destroy();
      await layer.stop();
      await moto.stop();
    },
  };
}
