import type { Mood } from './world.ts';

export interface Phase {
  readonly mood: Mood;
  readonly ms: number;
}

export interface Outage {
  readonly name: string;
  /** From T0 on; the last one is the recovery. */
  readonly phases: readonly Phase[];
}

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): (from: number, to: number) => number {
  let state = seed;
  return (from, to) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.round(from + (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (to - from));
  };
}

type Between = (from: number, to: number) => number;

/** Phases long enough for each of two pollers to see them, and ups in between shorter than the hold. */
const KINDS: Readonly<Record<string, (between: Between) => readonly Phase[]>> = {
  refused: (between) => [{ mood: 'refuse', ms: between(400, 1800) }],
  flapping: (between) =>
    Array.from({ length: between(2, 4) }, (): readonly Phase[] => [
      { mood: between(0, 1) ? 'refuse' : 'error', ms: between(250, 400) },
      { mood: 'target', ms: between(200, 350) },
    ])
      .flat()
      .concat({ mood: 'refuse', ms: 300 }),
  'hung sockets': (between) => [{ mood: 'hang', ms: between(400, 1500) }],
  'maintenance page': (between) => [
    { mood: 'refuse', ms: between(300, 500) },
    { mood: 'maintenance', ms: between(700, 1200) },
  ],
  'old source answering': (between) => [
    { mood: 'source', ms: between(700, 1200) },
    { mood: 'refuse', ms: between(300, 600) },
  ],
  'answers that break off': (between) => [{ mood: 'halfway', ms: between(500, 1200) }],
};

const RECOVERY: Phase = { mood: 'target', ms: 1200 };

/** `count` outages of every kind in turn. */
export function outages(count: number): Outage[] {
  const kinds = Object.entries(KINDS);
  return Array.from({ length: count }, (_, seed) => {
    const [name, phasesOf] = kinds[seed % kinds.length]!;
    return { name: `${name}, seed ${seed}`, phases: [...phasesOf(seeded(seed)), RECOVERY] };
  });
}
