/** Milliseconds since the epoch: what instants are compared in. */
export function ms(instant: string): number {
  return Date.parse(instant);
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Seconds to the millisecond, so that sums of fractions compare as people read them. */
export function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

export function secondsBetween(from: string, to: string): number {
  return (ms(to) - ms(from)) / 1000;
}

export function addSeconds(instant: string, seconds: number): string {
  return iso(ms(instant) + Math.round(seconds * 1000));
}

/** The earliest of these instants; undefined when there is none. */
export function earliest(instants: readonly (string | undefined)[]): string | undefined {
  return instants.filter((each) => each !== undefined).toSorted((a, b) => ms(a) - ms(b))[0];
}
