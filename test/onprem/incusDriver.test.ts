import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incusConfig } from '../../providers/incus/config.ts';
import { carryInstance } from '../../providers/incus/index.ts';
import { baseName } from '../../providers/incus/names.ts';
import { Provider } from '../../providers/provider.ts';
import type { ResourceId } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { rejection } from '../conformance/expect.ts';
import { becomes, incusDriverOf, incusSpec } from './incusHarness.ts';
import { type IncusLab, startIncusLab } from './incusLab.ts';
import { incusIsMissing } from './setup/incus.ts';

const missing = incusIsMissing();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)('incus, what is peculiar to it', { concurrent: false }, () => {
  const installation = `peculiar-${hex16()}`;
  const idOf = (role: string): ResourceId => ({ owner: { installation, run: hex16(), expires: '2099-01-01T00:00:00.000Z' }, role, generation: 1 });
  const one = incusSpec({ replicas: 1 });
  let lab: IncusLab;
  let provider: Provider;

  beforeAll(async () => {
    lab = await startIncusLab();
    provider = new Provider(incusDriverOf(lab));
  });
  afterAll(async () => {
    await provider?.close();
    await lab?.stop();
  });

  const ready = (id: ResourceId, signal: AbortSignal) => becomes(async () => (await provider.observe('workload', id, signal))?.phase === 'ready');

  it('carries a stopped container from one site to the other with its disk and its mark, and refuses one that runs', async ({ signal }) => {
    const id = idOf('orders/carried');
    const name = `${baseName(id)}-0`;
    await provider.ensure('workload', id, one, one, signal);
    expect(await ready(id, signal)).toBe(true);
    const socketOf = (socket: string) => incusConfig.parse({ provider: 'incus', socket });
    const stages = new Map<string, number>();
    const carry = { from: socketOf(lab.a.socket), to: socketOf(lab.b.socket), secret: async () => '', signal };
    expect(await carryInstance(name, carry).catch((error: unknown) => error)).toMatchObject({ code: 'Conflict' });
    writeFileSync(join(lab.folder, 'a/storage-pools/default/containers', name, 'rootfs/root/proof'), 'carried');
    await provider.writePower({ id }, 'cut', (await provider.readPower({ id }, signal)).version, signal);
    expect(await becomes(async () => (await provider.readPower({ id }, signal)).power === 'stopped')).toBe(true);
    await carryInstance(name, { ...carry, progress: ({ stage, bytes }) => void stages.set(stage, bytes) });
    expect([...stages.keys()]).toEqual(['exporting', 'carrying', 'importing']);
    expect(stages.get('carrying')).toBeGreaterThan(2 ** 20);
    const there = new Provider(incusDriverOf(lab, { socket: lab.b.socket }));
    expect(await there.list({ installation }, signal)).toMatchObject([{ id, nativeId: name }]);
    expect(readFileSync(join(lab.folder, 'b/storage-pools/default/containers', name, 'rootfs/root/proof'), 'utf8')).toBe('carried');
    expect(await lab.a.ask('GET', `/1.0/instances/${name}/backups`), 'exports left behind').toEqual([]);
    expect(await carryInstance(name, carry).catch((error: unknown) => incusDriverOf(lab).classify(error))).toEqual({ code: 'Conflict' });
    await there.remove('workload', id, signal);
    expect(await becomes(async () => (await there.list({ installation }, signal)).length === 0)).toBe(true);
    await there.close();
  });

  it('tells a container that cannot be started as failed, with the reason, and removes it', async ({ signal }) => {
    const id = idOf('orders/broken');
    await lab.a.ask('POST', '/1.0/profiles', { name: 'broken', config: { 'raw.lxc': 'lxc.init.cmd = /does/not/exist' } });
    const broken = { ...one, size: { ...one.size, native: 'broken' } };
    await provider.ensure('workload', id, broken, broken, signal);
    expect(await becomes(async () => (await provider.observe('workload', id, signal))?.phase === 'failed')).toBe(true);
    expect(await provider.observe('workload', id, signal)).toMatchObject({ phase: 'failed', code: 'Unavailable', detail: expect.stringContaining('Stopped') });
    await provider.remove('workload', id, signal);
    expect(await becomes(async () => (await provider.observe('workload', id, signal)) === undefined)).toBe(true);
  });

  it('is Unavailable while the daemon is dead, and finds everything again when it is back', { timeout: 60_000 }, async ({ signal }) => {
    const id = idOf('orders/kept');
    await provider.ensure('workload', id, one, one, signal);
    expect(await ready(id, signal)).toBe(true);
    const before = await provider.observe('workload', id, signal);
    const asked = provider.ensure('workload', idOf('orders/interrupted'), one, one, signal).catch((error: unknown) => error);
    await lab.a.kill();
    const answer = await asked;
    if (answer instanceof Error) expect(answer).toMatchObject({ code: 'Unavailable', advice: 'retry' });
    expect(await rejection(provider.list({ installation }, signal))).toMatchObject({ code: 'Unavailable', advice: 'retry' });
    await lab.a.start();
    expect(await becomes(async () => JSON.stringify(await provider.observe('workload', id, signal)) === JSON.stringify(before))).toBe(true);
    for (const found of await provider.list({ installation }, signal)) await provider.remove('workload', found.id, signal);
    expect(await becomes(async () => (await provider.list({ installation }, signal)).length === 0)).toBe(true);
  });
});
