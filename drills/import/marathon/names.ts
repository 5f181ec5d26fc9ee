const LONGEST = 40;

/** A name of the drill format for any text. */
export function nameFrom(text: string, otherwise: string): string {
  const bent = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(-LONGEST)
    .replaceAll(/^-+|-+$/g, '');
  return bent || otherwise;
}

/** The same, unlike all that were given before. */
export class Names {
  readonly #given = new Set<string>();

  next(text: string, otherwise: string): string {
    const first = nameFrom(text, otherwise);
    let name = first;
    for (let more = 2; this.#given.has(name); more++) name = `${first.slice(0, LONGEST - 1 - String(more).length)}-${more}`;
    this.#given.add(name);
    return name;
  }
}
