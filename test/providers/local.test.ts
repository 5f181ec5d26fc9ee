import { testDriver } from '../conformance/index.ts';
import { localHarness } from './localHarness.ts';
import { makeNamespace } from './localNamespace.ts';
import { isRoot } from './localSite.ts';

if (isRoot) {
  testDriver('local, with namespaces', async () => {
    const namespace = await makeNamespace();
    const harness = await localHarness({ isolation: 'namespace', network: namespace.name });
    const close = async (): Promise<void> => {
      await harness.close();
      await namespace.close();
    };
    return { ...harness, close };
  });
} else {
  testDriver('local', () => localHarness());
}
