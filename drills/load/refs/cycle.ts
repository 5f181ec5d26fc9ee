/** One circle among names that refer to each other, each once, from its alphabetically first; undefined when there is none. */
export function cycleAmong(needs: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    const start = trail.indexOf(name);
    if (start >= 0) return rotated(trail.slice(start));
    if (done.has(name)) return undefined;
    done.add(name);
    for (const next of needs.get(name) ?? []) {
      const found = visit(next, [...trail, name]);
      if (found) return found;
    }
    return undefined;
  };
  for (const name of needs.keys()) {
    const found = visit(name, []);
    if (found) return found;
  }
  return undefined;
}

function rotated(circle: readonly string[]): readonly string[] {
  const first = circle.indexOf(circle.toSorted()[0] ?? '');
  return [...circle.slice(first), ...circle.slice(0, first)];
}
