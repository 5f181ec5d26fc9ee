import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Removals } from '../../providers/gcp-compute/removals.ts';
import type { ResourceId } from '../../providers/spec.ts';

const ID: ResourceId = { owner: { installation: 'acme', run: '0123456789abcdef', expires: 'never' }, role: 'orders/api', generation: 1 };
const LONG_MS = 40_000;

describe('a removal of many instances', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  const removals = (): Removals => {
    const made = new Removals();
    made.add(ID);
    return made;
  };

  it('asks for none twice that still waits for its turn', () => {
    const asked = removals();
    expect(asked.isDue(ID, 'api-1')).toBe(true);
    vi.advanceTimersByTime(LONG_MS);
    expect(asked.isDue(ID, 'api-1')).toBe(false);
    asked.wasAsked(ID, 'api-1');
    vi.advanceTimersByTime(LONG_MS / 2);
    expect(asked.isDue(ID, 'api-1')).toBe(false);
  });

  it('asks again for one that is still there long after Google has heard it, and at once where it has not', () => {
    const asked = removals();
    for (const [name, heard] of [
      ['api-1', true],
      ['api-2', false],
    ] as const) {
      expect(asked.isDue(ID, name)).toBe(true);
      if (heard) asked.wasAsked(ID, name);
      else asked.notAsked(ID, name);
    }
    expect([asked.isDue(ID, 'api-1'), asked.isDue(ID, 'api-2')]).toEqual([false, true]);
    vi.advanceTimersByTime(LONG_MS);
    expect(asked.isDue(ID, 'api-1')).toBe(true);
  });
});
