import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLoop } from '../../activities/outside/process/openLoop.ts';
import { OrderedLines } from '../../activities/outside/process/orderedLines.ts';
import { SteadyClock } from '../../activities/outside/process/steadyClock.ts';

afterEach(() => void vi.useRealTimers());

const file = (): string => join(mkdtempSync(join(tmpdir(), 'muster-lines-')), 'lines.jsonl');

it('asks on when an earlier ask takes long, and does not make up what a stalled machine missed', async () => {
  const ending = new AbortController();
  let asked = 0;
  const began = performance.now();
  const ask = () => {
    asked += 1;
    if (asked === 4) while (performance.now() - began < 500);
  };
  const looping = openLoop(0.05, ask, ending.signal);
  await sleep(1000);
  ending.abort();
  await looping;
  const after = (performance.now() - began - 500) / 50;
  expect(asked - 4).toBeLessThanOrEqual(after + 1);
  expect(asked - 4).toBeGreaterThan(after / 2);
});

it('writes lines in the order in which they were asked', async () => {
  const path = file();
  const lines = new OrderedLines(path);
  lines.add(sleep(150).then(() => ({ i: 0 })));
  lines.add({ i: 1 });
  lines.add(sleep(50).then(() => ({ i: 2 })));
  await sleep(100);
  expect(readFileSync(path, 'utf8')).toBe('');
  await lines.close(1);
  expect(readFileSync(path, 'utf8')).toBe('{"i":0}\n{"i":1}\n{"i":2}\n');
});

it('does not wait for what hangs longer than the grace, and writes what stands before it', async () => {
  const path = file();
  const lines = new OrderedLines(path);
  lines.add({ i: 0 });
  lines.add(new Promise(() => {}));
  lines.add({ i: 2 });
  await lines.close(0.1);
  expect(readFileSync(path, 'utf8')).toBe('{"i":0}\n');
});

it('begins on a line of its own after half a line', async () => {
  const path = file();
  writeFileSync(path, '{"i":0}\n{"i":');
  const lines = new OrderedLines(path);
  lines.add({ i: 1 });
  await lines.close(1);
  expect(readFileSync(path, 'utf8')).toBe('{"i":0}\n{"i":\n{"i":1}\n');
});

it('goes on evenly when the wall clock is set, and says once by how much', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const clock = new SteadyClock();
  const before = clock.now().getTime();
  expect(clock.step()).toBeUndefined();
  vi.setSystemTime(Date.now() + 3_600_000);
  expect(clock.now().getTime() - before).toBeLessThan(1000);
  expect(clock.step()).toBeCloseTo(3600, 0);
  expect(clock.step()).toBeUndefined();
});
