import { expect, it } from 'vitest';
import { toSpans } from '../../activities/outside/toSpans.ts';
import { at, down, each, started, up } from './support/lines.ts';

const PACE = { everySeconds: 0.1, timeoutSeconds: 0.5 };

it('makes one span of consecutive samples of one state and answerer', () => {
  const { spans, samples } = toSpans([started(0), ...each(0, 1, (s) => up(s, 'a')), ...each(1, 2, down), ...each(2, 3, (s) => up(s, 'b'))], PACE);
  expect(samples).toBe(30);
  expect(spans).toEqual([
    { state: 'up', site: 'a', from: at(0), to: at(1), samples: 10 },
    { state: 'down', from: at(1), to: at(2), samples: 10, detail: 'refused' },
    { state: 'up', site: 'b', from: at(2), to: at(2.91), samples: 10 },
  ]);
});

it('begins a new span when another site answers without a failure between', () => {
  const { spans } = toSpans([up(0, 'a'), up(0.1, 'b')], PACE);
  expect(spans.map(({ site, to }) => [site, to])).toEqual([
    ['a', at(0.1)],
    ['b', at(0.11)],
  ]);
});

it('says why in the words of the first failure, and takes other failures for the same outage', () => {
  const { spans } = toSpans([down(0, 'answered 503'), down(0.1, 'refused')], PACE);
  expect(spans).toMatchObject([{ state: 'down', samples: 2, detail: 'answered 503' }]);
});

it('calls a gap longer than two intervals and a time-out unknown, from the last answer on', () => {
  const { spans, unknownSeconds } = toSpans([up(0), up(0.1), up(0.9), up(1)], PACE);
  expect(spans).toEqual([
    { state: 'up', from: at(0), to: at(0.11), samples: 2 },
    { state: 'unknown', from: at(0.11), to: at(0.9), samples: 0, detail: 'no sample for 0.8 s' },
    { state: 'up', from: at(0.9), to: at(1.01), samples: 2 },
  ]);
  expect(unknownSeconds).toBeCloseTo(0.79);
});

it('bears a gap of two intervals and a time-out', () => {
  expect(toSpans([up(0), up(0.7)], PACE).spans).toHaveLength(1);
});

it('calls even a short hole unknown when the prober was started again', () => {
  const { spans } = toSpans([started(0), up(0), started(0.2), up(0.25)], PACE);
  expect(spans.map(({ state }) => state)).toEqual(['up', 'unknown', 'up']);
});

it('does not make a hole of the first start', () => {
  expect(toSpans([started(0), up(3)], PACE).spans).toHaveLength(1);
});

it('does not let a sample that hung reach over the hole that follows it', () => {
  const { spans, unknownSeconds } = toSpans([{ ...down(0), ms: 500 }, started(0.2), up(0.3)], PACE);
  expect(spans.map(({ state, from, to }) => [state, from, to])).toEqual([
    ['down', at(0), at(0.3)],
    ['unknown', at(0.3), at(0.3)],
    ['up', at(0.3), at(0.31)],
  ]);
  expect(unknownSeconds).toBe(0);
});

it('knows nothing of the end when the samples stop before it', () => {
  expect(toSpans([up(0)], PACE, { until: at(5) }).spans).toMatchObject([
    { state: 'up', to: at(0.01) },
    { state: 'unknown', from: at(0.01), to: at(5) },
  ]);
});

it('knows nothing of a beginning that an earlier attempt saw and this file does not', () => {
  expect(toSpans([started(4), up(4)], PACE, { since: at(0) }).spans).toMatchObject([
    { state: 'unknown', from: at(0), to: at(4) },
    { state: 'up', from: at(4) },
  ]);
});

it('keeps the first and the last 250 of more than 500 spans and still counts all that is unknown', () => {
  const lines = Array.from({ length: 600 }, (_, i) => (i % 2 ? down(i / 10) : up(i / 10)));
  const { spans, truncated, samples } = toSpans(lines, PACE);
  expect({ truncated, samples, kept: spans.length }).toEqual({ truncated: true, samples: 600, kept: 500 });
  expect([spans[0]?.from, spans[249]?.from, spans[250]?.from, spans[499]?.from]).toEqual([at(0), at(24.9), at(35), at(59.9)]);
});

it('does not truncate 500 spans', () => {
  const lines = Array.from({ length: 500 }, (_, i) => (i % 2 ? down(i / 10) : up(i / 10)));
  expect(toSpans(lines, PACE)).toMatchObject({ truncated: false, spans: { length: 500 } });
});

it('tells how far the clock was set, within a process and between two', () => {
  expect(toSpans([up(0), { clockStep: -2.5, at: at(0.1) }, up(0.1)], PACE).clockStepSeconds).toBe(2.5);
  expect(toSpans([up(10), started(7), up(7)], PACE).clockStepSeconds).toBe(3);
});
