/** One circle among names that refer to each other, each once, from its alphabetically first; undefined when there is none. */
export function cycleAmong(needs: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of needs.keys()) {
    // The way down from the start, with what of each name is still to be followed. A loop, as a call for each would run out of stack.
    const trail: { readonly name: string; readonly rest: string[] }[] = [];
    const standing = new Set<string>();
    const enter = (name: string) => {
      done.add(name);
      standing.add(name);
      trail.push({ name, rest: [...(needs.get(name) ?? [])] });
    };
    if (!done.has(start)) enter(start);
    for (let last = trail.at(-1); last; last = trail.at(-1)) {
      const next = last.rest.shift();
      if (next === undefined) {
        standing.delete(last.name);
        trail.pop();
      } else if (standing.has(next)) {
        const names = trail.map(({ name }) => name);
        return rotated(names.slice(names.indexOf(next)));
      } else if (!done.has(next)) enter(next);
    }
  }
  return undefined;
}

function rotated(circle: readonly string[]): readonly string[] {
  const first = circle.indexOf(circle.toSorted()[0] ?? '');
  return [...circle.slice(first), ...circle.slice(0, first)];
}
