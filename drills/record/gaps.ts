import type { Gap, Severity } from '../gap.ts';

const CONFIDENCE: Readonly<Record<Gap['confidence'], number>> = { static: 0, preflight: 1, observed: 2 };
const SEVERITIES: readonly Severity[] = ['S1', 'S2', 'S3', 'S4'];

/** One row for each id, worst first: what was observed outranks what was only read, and the evidence of both stands. */
export function mergeGaps(gaps: readonly Gap[]): Gap[] {
  return [...Map.groupBy(gaps, ({ id }) => id).values()].map(merged).toSorted((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id, 'en'));
}

function merged(group: Gap[]): Gap {
  const [weightiest, ...rest] = group.toSorted((a, b) => CONFIDENCE[b.confidence] - CONFIDENCE[a.confidence]);
  if (!weightiest) throw new RangeError('a group of gaps is never empty');
  const evidence = new Map([weightiest, ...rest].flatMap((gap) => gap.evidence).map((each) => [JSON.stringify([each.kind, each.ref, each.shows]), each]));
  const severity = SEVERITIES.find((each) => group.some((gap) => gap.severity === each)) ?? weightiest.severity;
  return { ...weightiest, severity, evidence: [...evidence.values()] };
}

function rank({ severity }: Gap): number {
  return SEVERITIES.indexOf(severity);
}
