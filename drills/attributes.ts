/** Search attributes of a run, by type. A namespace has room for ten Keywords and three of each other type. */
export const ATTRIBUTES = {
  Drill: 'KEYWORD',
  Workload: 'KEYWORD',
  SourceSite: 'KEYWORD',
  TargetSite: 'KEYWORD',
  DrillMode: 'KEYWORD',
  DrillPhase: 'KEYWORD',
  DrillVerdict: 'KEYWORD',
  Quarter: 'KEYWORD',
  DrillEnvironment: 'KEYWORD',
  DrillMark: 'KEYWORD',
  RtoMet: 'BOOL',
  RpoMet: 'BOOL',
  RtaSeconds: 'DOUBLE',
  RpaSeconds: 'DOUBLE',
  OpenGaps: 'INT',
  Leftovers: 'INT',
  Gaps: 'KEYWORD_LIST',
  Vendors: 'KEYWORD_LIST',
} as const;

export type Attribute = keyof typeof ATTRIBUTES;
type ValueOf<T> = T extends 'KEYWORD'
  ? string
  : T extends 'BOOL'
    ? boolean
    : T extends 'DOUBLE' | 'INT'
      ? number
      : T extends 'KEYWORD_LIST'
        ? readonly string[]
        : never;
export type AttributeValues = { readonly [K in Attribute]?: ValueOf<(typeof ATTRIBUTES)[K]> };

/** `2026-Q4`, in UTC. */
export function quarterOf(at: Date): string {
  return `${at.getUTCFullYear()}-Q${Math.floor(at.getUTCMonth() / 3) + 1}`;
}
