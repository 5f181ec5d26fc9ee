import { expect, it } from 'vitest';
import { CleanWindow } from '../../activities/outside/cleanWindow.ts';
import type { SampleLine } from '../../activities/outside/lines.ts';
import { at, down, each, started, up } from './support/lines.ts';

function windowOf(lines: readonly SampleLine[], notBefore = at(0), site?: string): CleanWindow {
  const clean = new CleanWindow({ notBefore, holdSeconds: 1, ...(site && { site }) });
  for (const line of [started(-1), ...lines]) clean.add(line);
  return clean;
}

it('begins with the first sample of the window that held', () => {
  expect(windowOf(each(0, 1.2, up)).start).toBe(at(0));
});

it('is not met one sample early', () => {
  expect(windowOf(each(0, 1, up)).start).toBeUndefined();
  expect(windowOf(each(0, 1.1, up)).start).toBe(at(0));
});

it('begins anew after a failure', () => {
  expect(windowOf([...each(0, 0.9, up), down(0.9), ...each(1, 2.2, up)]).start).toBe(at(1));
});

it('begins anew when another site answers', () => {
  const lines = [...each(0, 0.5, (s) => up(s, 'b')), up(0.5, 'a'), ...each(0.6, 1.8, (s) => up(s, 'b'))];
  expect(windowOf(lines, at(0), 'b').start).toBe(at(0.6));
});

it('never holds on answers of another site', () => {
  const clean = windowOf(
    each(0, 5, (s) => up(s, 'a')),
    at(0),
    'b',
  );
  expect(clean.start).toBeUndefined();
  expect(clean.detail).toMatch(/answered by a$/);
});

it('begins no earlier than it may', () => {
  expect(windowOf(each(0, 3, up), at(1.05)).start).toBe(at(1.1));
});

it('is lengthened by a hole, and keeps its start', () => {
  const hole = [...each(0, 0.6, up), ...each(3, 3.4, up)];
  expect(windowOf(hole).start).toBeUndefined();
  expect(windowOf([...hole, ...each(3.4, 4, up)]).start).toBe(at(0));
});

it('does not count a short hole either when the prober was started again', () => {
  const lines = [...each(0, 0.6, up), started(0.9), ...each(1, 1.4, up)];
  expect(windowOf(lines).start).toBeUndefined();
  expect(windowOf([...lines, ...each(1.4, 2, up)]).start).toBe(at(0));
});

it('says what stood in the way', () => {
  expect(windowOf([...each(0, 0.5, up), down(0.5, 'answered 503')]).detail).toBe(
    `no 1 s of clean answers: 1 of 6 samples failed, not up now; last failure ${at(0.5)}: answered 503`,
  );
  expect(windowOf([]).detail).toBe(`not one sample since ${at(0)}`);
});
