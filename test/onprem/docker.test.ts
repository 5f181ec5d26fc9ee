import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { startStore } from '../../lab/store/server.ts';
import { testDriver } from '../conformance/index.ts';
import { dockerHarness } from './dockerHarness.ts';
import { startPodmanLab } from './podmanLab.ts';
import { podmanIsMissing } from './setup/podman.ts';

const missing = podmanIsMissing();
if (missing === undefined) {
  const lab = await startPodmanLab();
  const store = await startStore({ dir: join(lab.folder, 'store'), host: lab.outside, buckets: ['dr'] });
  afterAll(async () => {
    await store.close();
    await lab.stop();
  });
  testDriver('docker', () => dockerHarness(lab, store));
} else {
  console.warn(missing);
  it('can be tested here', ({ skip }) => skip(missing));
}
