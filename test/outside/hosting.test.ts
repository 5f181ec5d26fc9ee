import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../activities/outside/hosted.ts';
import { runProbe } from '../../activities/outside/probe.ts';
import type { ProbeSpec } from '../../drills/probing.ts';
import { isAlive, signal } from '../../providers/processes.ts';
import { HeldByTest, until } from './support/heldByTest.ts';
import { makePlace } from './support/place.ts';
import { processOf, samplesIn } from './support/processes.ts';
import { World } from './support/world.ts';

const specOf = (world: World): ProbeSpec => ({
  name: 'http',
  ask: { kind: 'http', method: 'GET', url: world.url },
  identity: { header: 'x-site' },
  everySeconds: 0.1,
  // A busy machine must not make an outage.
  timeoutSeconds: 3,
});
const inputOf = (world: World) => ({ runFolder: 'run', vantage: 'here', spec: specOf(world) });
const proberIn = (place: Place) => processOf(place.folder, 'probe-here-http');

describe('the prober in the hands of an activity', { concurrent: true }, () => {
  it('gives the full summary on cancel, and leaves neither process nor working files', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    const prober = await proberIn(place);
    await until(() => samplesIn(place.folder).length > 10);
    held.finish();
    const summary = await probing;
    expect(summary).toMatchObject({
      vantage: 'here',
      probe: 'http',
      unknownSeconds: 0,
      truncated: false,
      file: 'probe-here-http.jsonl',
      clockOffsetSeconds: 0.01,
    });
    expect(summary.spans).toMatchObject([{ state: 'up', site: 'source', samples: summary.samples }]);
    expect(summary.samples).toBe(samplesIn(place.folder).length);
    expect(await isAlive(prober)).toBe(false);
    expect(readdirSync(join(place.folder, 'processes'))).toEqual(['probe-here-http.pid']);
  });

  it('tells in its heartbeats what it sees', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    await until(() => held.beats.some((beat) => 'last' in beat));
    world.mood = 'error';
    await until(() => held.beats.some((beat) => 'downSince' in beat));
    held.finish();
    const { spans } = await probing;
    expect(held.beats.at(-1)).toMatchObject({ span: expect.any(Number), last: { ok: false, error: 'answered 503 by source' }, downSince: spans.at(-1)?.from });
  });

  it('adopts the prober after its worker was killed, without a hole', async () => {
    await using world = await World.open();
    using place = makePlace();
    const { [Symbol.dispose]: _, ...told } = place;
    const worker = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./support/host.ts')), JSON.stringify({ input: inputOf(world), place: told })]);
    const prober = await proberIn(place);
    await until(() => samplesIn(place.folder).length > 3);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    await sleep(1000);
    expect(await isAlive(prober)).toBe(true);

    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    await until(() => held.beats.some((beat) => 'last' in beat));
    expect(await proberIn(place)).toEqual(prober);
    held.finish();
    const summary = await probing;
    expect(summary).toMatchObject({ unknownSeconds: 0, spans: [{ state: 'up' }] });
    expect(summary.samples).toBeGreaterThan(12);
    expect(await isAlive(prober)).toBe(false);
  });

  it('starts the prober again when it died, and calls the hole unknown', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    const first = await proberIn(place);
    await until(() => samplesIn(place.folder).length > 5);
    await signal(first, 'SIGKILL');
    await until(async () => !(await isAlive(first)));
    const before = samplesIn(place.folder).length;
    await until(() => samplesIn(place.folder).length > before + 5);
    const second = await proberIn(place);
    expect(second.pid).not.toBe(first.pid);
    held.finish();
    const { spans, unknownSeconds, samples } = await probing;
    expect(spans.map(({ state }) => state)).toEqual(['up', 'unknown', 'up']);
    expect(unknownSeconds).toBeGreaterThan(0.1);
    expect(samplesIn(place.folder).map(({ i }) => i)).toEqual(Array.from({ length: samples }, (_, i) => i));
  });

  it('never takes a hole for up, even when nobody started the prober again', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest('probe');
    const probing = runProbe(inputOf(world), place, held);
    const prober = await proberIn(place);
    await until(() => samplesIn(place.folder).length > 3);
    held.leave();
    await expect(probing).rejects.toThrow('left probe-here-http.jsonl being written for the next attempt');
    await signal(prober, 'SIGKILL');
    await sleep(3600);
    const next = new HeldByTest('probe', { since: samplesIn(place.folder)[0]?.at });
    next.finish();
    const { spans } = await runProbe(inputOf(world), place, next);
    expect(spans).toMatchObject([{ state: 'up' }, { state: 'unknown', detail: 'no sample until the end' }]);
  });

  it('goes on when the worker shuts down, and ends by itself when no worker comes back', async () => {
    await using world = await World.open();
    using place = makePlace(2);
    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    const prober = await proberIn(place);
    await until(() => samplesIn(place.folder).length > 3);
    // Longer than a dead man would be borne with: it is touched meanwhile.
    await sleep(3000);
    held.leave();
    await expect(probing).rejects.toMatchObject({ name: 'LeftRunning' });
    expect(await isAlive(prober)).toBe(true);
    await until(async () => !(await isAlive(prober)), 10);
    expect(readFileSync(join(place.folder, 'processes', 'probe-here-http.log'), 'utf8')).toContain('ended: not asked for since 2 s');
  });

  it('ends the prober of a run that is closed without having cancelled it, but not one that another attempt keeps', async () => {
    await using world = await World.open();
    using place = makePlace();
    const stale = new HeldByTest();
    const left = runProbe(inputOf(world), place, stale);
    const prober = await proberIn(place);
    const current = new HeldByTest();
    const probing = runProbe(inputOf(world), place, current);
    stale.disown();
    await expect(left).rejects.toMatchObject({ name: 'LeftRunning' });
    expect(await isAlive(prober)).toBe(true);
    current.disown();
    await expect(probing).rejects.toMatchObject({ name: 'LeftRunning' });
    expect(await isAlive(prober)).toBe(false);
  });

  it('starts nothing when an attempt that had ended the prober is repeated', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest('probe');
    const probing = runProbe(inputOf(world), place, held);
    await until(() => samplesIn(place.folder).length > 3);
    held.finish();
    const summary = await probing;

    const again = new HeldByTest('probe');
    const repeated = runProbe(inputOf(world), place, again);
    await sleep(1200);
    expect(existsSync(join(place.folder, 'processes', 'probe-here-http.config.json'))).toBe(false);
    again.finish();
    expect((await repeated).sha256).toBe(summary.sha256);
  });

  it('ends a second prober that was started beside the first', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    const first = await proberIn(place);
    const config = join(place.folder, 'processes', 'probe-here-http.config.json');
    const main = join(import.meta.dirname, '../../activities/outside/prober/main.ts');
    const second = spawn(process.execPath, [main, config]);
    const exit = once(second, 'exit');
    await until(async () => !(await isAlive(first)));
    await until(() => held.beats.length > 10);
    expect((await proberIn(place)).pid).toBe(second.pid);
    held.finish();
    await probing;
    expect(await exit).toEqual([0, null]);
  });

  it('refuses another probe of the same name, which would write into the same file', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    await proberIn(place);
    const other = { ...inputOf(world), spec: { ...specOf(world), everySeconds: 0.2 } };
    await expect(runProbe(other, place, new HeldByTest())).rejects.toThrow('give each probe of a run its own name');
    held.finish();
    await probing;
  });

  it('keeps asking on time while earlier asks hang, and writes what it saw in order', async () => {
    await using world = await World.open();
    using place = makePlace();
    const held = new HeldByTest();
    const probing = runProbe(inputOf(world), place, held);
    await until(() => world.requests.length > 3);
    world.mood = 'hang';
    const began = performance.now();
    const before = world.requests.length;
    await sleep(1500);
    const asked = world.requests.length - before;
    // One at a time would have asked once.
    expect(asked).toBeGreaterThan(8);
    expect(asked).toBeLessThanOrEqual((performance.now() - began) / 100 + 1);
    world.mood = 'target';
    await until(() => samplesIn(place.folder).some(({ site }) => site === 'target'));
    held.finish();
    await probing;
    const sent = samplesIn(place.folder).map(({ at }) => at);
    expect(sent).toEqual(sent.toSorted());
  });
});
