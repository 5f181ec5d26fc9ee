import { rounded } from './instants.ts';

/** `straddles` = the error bar reaches over the target, so that neither can be said. */
export type Standing = 'met' | 'missed' | 'straddles';

export function against(target: number, value: number, plusMinus: number): Standing {
  if (rounded(value - plusMinus) > target) return 'missed';
  return rounded(value + plusMinus) > target ? 'straddles' : 'met';
}
