/** What is wrong with a time zone, as the Temporal server would look it up; undefined when nothing is. */
export function mistakeInZone(zone: string): string | undefined {
  const known = canonical(zone);
  const named = /^[A-Z][A-Za-z0-9+_-]*(\/[A-Z][A-Za-z0-9+_-]*)*$/.test(zone);
  if (known !== undefined && named) return undefined;
  // The server looks names up as they are written.
  if (known !== undefined && /^[a-z]/i.test(known) && known.toLowerCase() === zone.toLowerCase()) return `write ${known}`;
  const city = zone.toLowerCase().split('/').at(-1)?.replaceAll(/\W+/g, '_');
  const guess = Intl.supportedValuesOf('timeZone').find((each) => each.toLowerCase().split('/').at(-1) === city);
  return guess === undefined ? 'write a name such as Europe/Dublin or UTC' : `did you mean ${guess}?`;
}

function canonical(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
