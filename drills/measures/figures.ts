/** `0.25 s`, `71.2 s`, `60 s`, `12 min 5 s`: figures as they stand in reasons and reports. */
export function figure(seconds: number): string {
  if (Math.abs(seconds) < 1) return `${trimmed(seconds, 2)} s`;
  if (seconds < 600) return `${trimmed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min ${whole % 60} s`;
}

export function withError(seconds: number, plusMinus: number): string {
  return `${figure(seconds)} ± ${figure(plusMinus)}`;
}

/** `1 marker`, `3 markers`. */
export function count(many: number, one: string, more = `${one}s`): string {
  return `${many} ${many === 1 ? one : more}`;
}

export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
