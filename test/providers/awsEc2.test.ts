import { afterAll } from 'vitest';
import { Provider } from '../../providers/provider.ts';
import { testDriver } from '../conformance/index.ts';
import { awsDriver, awsHarness } from './awsEc2Harness.ts';
import { startAwsLab } from './awsEc2Lab.ts';
import { startAwsMachines } from './awsEc2Machines.ts';

const machines = await startAwsMachines();
const lab = await startAwsLab(machines.host);
afterAll(async () => {
  await lab.stop();
  await machines.stop();
});
// The first question for the catalogue takes moto seconds, as preflight asks it in a drill.
await new Provider(awsDriver(lab, 'nobody')).inspect(AbortSignal.timeout(60_000));

testDriver('aws-ec2', () => awsHarness(lab, machines));
