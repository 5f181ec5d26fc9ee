/** green = proven good · red = proven bad · grey = not known. Grey is never taken for green. */
export type Light = 'green' | 'red' | 'grey';

/** A stretch of time in milliseconds since the epoch. */
export interface Stretch {
  readonly light: Light;
  readonly from: number;
  readonly to: number;
}

/** What was seen from one place. Stretches may overlap: the worst of them counts. */
export type LightLane = readonly Stretch[];

const NONE: Readonly<Record<Light, number>> = { green: 0, red: 0, grey: 0 };

function lightOf(counts: Readonly<Record<Light, number>>): Light {
  if (counts.red > 0) return 'red';
  return counts.grey > 0 || counts.green === 0 ? 'grey' : 'green';
}

/**
 * All lanes as one, over [from, to] without holes: red where any lane is red, else grey where any lane is grey or saw
 * nothing, else green. Neighbours of one light are one stretch. Without lanes all is grey.
 */
export function worst(lanes: readonly LightLane[], from: number, to: number): Stretch[] {
  if (to <= from) return [];
  const edges = lanes
    .flatMap((lane, index) =>
      lane
        // A stretch of one instant was seen all the same.
        .map((stretch) => ({ ...stretch, to: Math.max(stretch.to, stretch.from + 1) }))
        .filter((stretch) => stretch.to > from && stretch.from < to)
        .flatMap(({ light, ...stretch }) => [
          { at: Math.max(stretch.from, from), index, light, by: 1 },
          { at: Math.min(stretch.to, to), index, light, by: -1 },
        ]),
    )
    .toSorted((a, b) => a.at - b.at);
  const counts = lanes.map(() => ({ ...NONE }));
  const total = { ...NONE, grey: Math.max(lanes.length, 1) };
  const out: Stretch[] = [];
  let start = from;
  let next = 0;
  while (start < to) {
    for (; next < edges.length && (edges[next]?.at ?? to) <= start; next += 1) {
      const edge = edges[next];
      const lane = edge && counts[edge.index];
      if (!lane) continue;
      total[lightOf(lane)] -= 1;
      lane[edge.light] += edge.by;
      total[lightOf(lane)] += 1;
    }
    const end = edges[next]?.at ?? to;
    const light = lightOf(total);
    const last = out.at(-1);
    if (last?.light === light) out[out.length - 1] = { ...last, to: end };
    else out.push({ light, from: start, to: end });
    start = end;
  }
  return out;
}

/** Seconds of this light. */
export function secondsOf(stretches: readonly Stretch[], light: Light): number {
  return stretches.filter((each) => each.light === light).reduce((sum, each) => sum + each.to - each.from, 0) / 1000;
}
