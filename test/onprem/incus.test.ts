import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { startStore } from '../../lab/store/server.ts';
import { testDriver } from '../conformance/index.ts';
import { incusHarness } from './incusHarness.ts';
import { startIncusLab } from './incusLab.ts';
import { incusIsMissing } from './setup/incus.ts';

const missing = incusIsMissing();
if (missing === undefined) {
  const lab = await startIncusLab();
  const store = await startStore({ dir: join(lab.folder, 'store'), host: lab.a.gateway, buckets: ['dr'] });
  afterAll(async () => {
    await store.close();
    await lab.stop();
  });
  testDriver('incus', () => incusHarness(lab, store));
} else {
  console.warn(missing);
  it('can be tested here', ({ skip }) => skip(missing));
}
