/** Where something stands in the end, and how many tries were before it: first every place, then every place again with the next size. */
export interface Stood {
  readonly step: number;
  readonly places: number;
  readonly place: string;
  readonly size: string;
}

/** For people: that room was found elsewhere only. Nothing of what was had at once, and each text once. */
export function passedOver(all: readonly Stood[]): string[] {
  return [...new Set(all.flatMap((stood) => (stood.step > 0 ? [textOf(stood)] : [])))];
}

function textOf({ step, places, place, size }: Stood): string {
  const found = `${size} in ${place}`;
  const larger = step - places;
  if (larger < 0) return `${found}: there was no room in ${step} of ${places} zones that were tried before`;
  const more = larger > 0 ? `, nor in ${larger} of them for this one` : '';
  return `${found}: there was no room for the nearest size in ${places === 1 ? 'the zone' : `any of ${places} zones`}${more}`;
}
