import { afterAll } from 'vitest';
import { Provider } from '../../providers/provider.ts';
import { testDriver } from '../conformance/index.ts';
import { azureDriver, azureHarness, EARNEST } from './azureVmHarness.ts';
import { openRunningAzureLab } from './azureVmLab.ts';

const { lab, store } = await openRunningAzureLab(EARNEST);
afterAll(() => lab.stop());
// Loads the SDKs and asks the catalogue, as preflight does in a drill.
await new Provider(azureDriver(lab)).inspect(AbortSignal.timeout(60_000));

testDriver('azure-vm', () => azureHarness(lab, store));
