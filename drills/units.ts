import { z } from 'zod';

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const BYTES = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;

/** `250ms`, `30s`, `5m`, `2h`, `1d`, or a number of seconds. Gives seconds. */
export const duration = z
  .union([z.number().nonnegative(), z.string()], { error: 'a duration such as 250ms, 30s, 5m, 2h or 1d' })
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value.trim());
    if (!match) {
      context.issues.push({ code: 'custom', input: value, message: `${JSON.stringify(value)} is not a duration; write 250ms, 30s, 5m, 2h or 1d` });
      return z.NEVER;
    }
    return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
  });

/** `256Mi`, `1Gi`, or a number of bytes. Gives bytes. */
export const bytes = z
  .union([z.number().int().positive(), z.string()], { error: 'a size such as 256Mi or 1Gi' })
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)$/.exec(value.trim());
    if (!match) {
      context.issues.push({ code: 'custom', input: value, message: `${JSON.stringify(value)} is not a size; write 256Mi or 1Gi` });
      return z.NEVER;
    }
    return Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]);
  });

/** `12.3 s`, `4 min 5 s`, `2 h 3 min`: for people. */
export function showSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
