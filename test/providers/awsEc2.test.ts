import { afterAll } from 'vitest';
import { testDriver } from '../conformance/index.ts';
import { awsHarness } from './awsEc2Harness.ts';
import { startAwsLab } from './awsEc2Lab.ts';

const lab = await startAwsLab();
afterAll(() => lab.stop());

testDriver('aws-ec2', () => awsHarness(lab));
