import { expect, it } from 'vitest';
import { LeastClockOffset } from '../../activities/outside/clockOffset.ts';

it('keeps the smallest bound: after a crash an order has waited long', () => {
  const least = new LeastClockOffset();
  expect(least.add(10.5, 0)).toBe(10.5);
  expect(least.add(0.02, 1)).toBe(0.02);
  expect(least.add(3, 2)).toBe(0.02);
});

it('forgets what it met long ago: clocks drift', () => {
  const least = new LeastClockOffset();
  least.add(0.02, 0);
  expect(least.add(0.5, 599)).toBe(0.02);
  expect(least.add(0.5, 601)).toBe(0.5);
});
