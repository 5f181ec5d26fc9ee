import { afterAll, expect, it } from 'vitest';
import { Provider } from '../../providers/provider.ts';
import { testDriver } from '../conformance/index.ts';
import { gcpDriver, gcpHarness, startGcpBench } from './gcpComputeHarness.ts';

const bench = await startGcpBench();
afterAll(() => bench.stop());
// The SDK takes seconds to load, as it does for preflight in a drill.
await new Provider(gcpDriver(bench, 'nobody')).inspect(AbortSignal.timeout(60_000));

testDriver('gcp-compute', () => gcpHarness(bench));

it('was tried against answers that fit the document of Google', () => {
  expect(bench.lab.wrong).toEqual([]);
});
