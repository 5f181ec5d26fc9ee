import { describe, expect, it } from 'vitest';
import { MemorySite, memoryDriver } from '../../providers/memory/index.ts';
import { Provider } from '../../providers/provider.ts';
import type { ResourceId } from '../../providers/spec.ts';
import { SMALLEST, testDriver } from '../conformance/index.ts';
import { memoryHarness } from '../conformance/memoryHarness.ts';

testDriver('memory', () => memoryHarness());
testDriver('memory, owning only', () => memoryHarness({ capabilities: { power: [], restoresOnStart: false, traffic: 'none' } }));
testDriver('memory, power only', () => memoryHarness({ capabilities: { kinds: [], power: ['running', 'stopped'], restoresOnStart: false, traffic: 'none' } }));
testDriver('memory, traffic only', () => memoryHarness({ capabilities: { kinds: [], power: [], restoresOnStart: false, traffic: { cuts: false } } }));

describe('memory on demand', () => {
  const id: ResourceId = { owner: { installation: 'acme', run: '0123456789abcdef', expires: '2099-01-01T00:00:00.000Z' }, role: 'orders/db', generation: 1 };
  const spec = { ...SMALLEST.workload, ports: { http: 7001 } };
  const ensure = (driver: ReturnType<typeof memoryDriver>, signal: AbortSignal) => new Provider(driver).ensure('workload', id, spec, spec, signal);

  it('fails the next calls as often as it is told, and then no more', async ({ signal }) => {
    const driver = memoryDriver();
    driver.faults.failNext('ensure', 'Capacity', 2);
    for (let time = 0; time < 2; time++) await expect(ensure(driver, signal)).rejects.toMatchObject({ code: 'Capacity', advice: 'elsewhere' });
    expect(await ensure(driver, signal)).toMatchObject({ phase: 'ready' });
  });

  it('does nothing in a call that it fails', async ({ signal }) => {
    const driver = memoryDriver();
    driver.faults.failNext('ensure', 'Throttled');
    await expect(ensure(driver, signal)).rejects.toMatchObject({ code: 'Throttled' });
    expect([...driver.site.names('workload')]).toEqual([]);
  });

  it('is slow once, and gives up at once when aborted meanwhile, having done nothing', async ({ signal }) => {
    const driver = memoryDriver();
    driver.faults.slow('ensure', 60_000);
    const abort = new AbortController();
    const slow = ensure(driver, abort.signal);
    abort.abort(new Error('the activity was cancelled'));
    await expect(slow).rejects.toThrow('the activity was cancelled');
    expect([...driver.site.names('workload')]).toEqual([]);
    expect(await ensure(driver, signal)).toMatchObject({ phase: 'ready' });
  });

  it('becomes ready when its time has come', async ({ signal }) => {
    const driver = memoryDriver({ site: new MemorySite({ readyAfterMs: 100 }) });
    expect(await ensure(driver, signal)).toMatchObject({ phase: 'pending' });
    await expect.poll(() => new Provider(driver).observe('workload', id, signal), { timeout: 4_000 }).toMatchObject({ phase: 'ready' });
  });

  it('answers where the site is told that ports answer', async ({ signal }) => {
    const site = new MemorySite({ endpoint: (_, replica, port) => ({ host: '127.0.0.1', port: port + 10_000 + replica }) });
    expect(await ensure(memoryDriver({ site }), signal)).toMatchObject({ status: { endpoints: { http: [{ host: '127.0.0.1', port: 17_001 }] } } });
  });

  it('fails behind a fence that does not stand', async ({ signal }) => {
    const driver = memoryDriver();
    const provider = new Provider(driver);
    const fence: ResourceId = { ...id, role: 'fence' };
    const behind = { ...spec, network: { fence } };
    expect(await provider.ensure('workload', id, behind, behind, signal)).toMatchObject({ phase: 'failed', code: 'Invalid' });
    await provider.ensure('network', fence, SMALLEST.network, SMALLEST.network, signal);
    expect(await provider.ensure('workload', { ...id, generation: 2 }, behind, behind, signal)).toMatchObject({ phase: 'ready' });
  });

  it('is not ready while its power is off', async ({ signal }) => {
    const driver = memoryDriver();
    const provider = new Provider(driver);
    await ensure(driver, signal);
    const { version } = await provider.readPower({ id }, signal);
    await provider.writePower({ id }, 'cut', version, signal);
    expect(await provider.observe('workload', id, signal)).toMatchObject({ phase: 'pending', detail: 'its power is stopped' });
  });
});
