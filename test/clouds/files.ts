/** What meets the clouds of the lab, or whole drills over them. They are no part of `npm test`: it is to be through in five minutes. */
export const CLOUD_FILES: string[] = [
  'test/clouds/**/*.test.ts',
  'test/providers/{awsEc2,gcpCompute,azureVm,fanOut}*.test.ts',
  'test/lab/{aws,gcp,azure,machines}*.test.ts',
  'test/e2e/{clouds,labUp,secrets}.test.ts',
  'test/live/*.test.ts',
  'test/project/lazySdks.test.ts',
];
