/** Value below which `share` of all lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
export const seconds = (value: number) => `${value.toFixed(2)} s`;
export const ratio = (value: number, base: number) => `${(value / base).toFixed(2)} x`;

export function say(what: string, ...values: readonly string[]): void {
  console.log(`${what.padEnd(58)} ${values.join('   ')}`);
}

export function head(title: string): void {
  console.log(`\n${title}`);
}
