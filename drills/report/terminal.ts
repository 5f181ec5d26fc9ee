import { figure, listed } from '../measures/figures.ts';
import type { DrillRecord } from '../record.ts';
import { EMULATED, headlinesOf, leftBehindText, OUTCOME_TONE, type Tone } from './headlines.ts';
import { oneLine } from './text.ts';
import { titleOf } from './title.ts';

export type Paint = (style: Tone | 'strong' | 'dim', text: string) => string;

export interface Closing {
  /** What lies where: `record`, `report`, `Temporal UI`. */
  readonly paths?: Readonly<Record<string, string>>;
  readonly paint?: Paint;
}

const MOST_EVIDENCE = 2;
const LABEL = 20;

/** What a person reads when the run is over. Plain lines; without `paint` they hold no control characters. */
export function terminalSummary(record: DrillRecord, { paths = {}, paint = (_, text) => text }: Closing = {}): string[] {
  const { outcome, reasons } = record.verdict;
  const row = (label: string, tone: Tone, value: string, detail = '') =>
    `  ${paint('dim', label.padEnd(LABEL))}${paint(tone, oneLine(value))}${detail === '' ? '' : paint('dim', `  ${oneLine(detail)}`)}`;
  const lines = [
    `${paint(OUTCOME_TONE[outcome], outcome.toUpperCase())}  ${paint('strong', oneLine(titleOf(record)))}, ${record.mode}`,
    ...(record.environment === 'emulated' ? [paint('warn', EMULATED)] : []),
    '',
    ...headlinesOf(record)
      .filter(({ title }) => title !== 'Vendor gaps' && title !== 'Left behind')
      .map(({ title, tone, value, detail }) => row(title, tone, value, detail)),
    ...(record.measures.waitedForPeople > 0 ? [row('Waited for people', 'calm', figure(record.measures.waitedForPeople), 'between T0 and T7')] : []),
    ...(record.mode === 'rehearse' ? [] : [row('Left behind', leftTone(record), leftBehindText(record))]),
    '',
    ...(outcome === 'passed' ? [] : [...reasons.map((reason) => `  ${paint(OUTCOME_TONE[outcome], '-')} ${oneLine(reason)}`), '']),
    ...gapLines(record, paint),
    ...findingLines(record, paint),
    ...Object.entries(paths).map(([what, path]) => `  ${paint('dim', what.padEnd(LABEL))}${path}`),
  ];
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function leftTone({ resources }: DrillRecord): Tone {
  if (resources.leftovers === 'unknown') return 'warn';
  return resources.leftovers.length === 0 ? 'good' : 'bad';
}

function gapLines({ gaps }: DrillRecord, paint: Paint): string[] {
  if (gaps.length === 0) return [`  ${paint('dim', 'Vendor gaps'.padEnd(LABEL))}none found by the checks that were made`, ''];
  const lines = gaps.flatMap(({ id, severity, title, evidence }) => [
    `  ${paint(severity === 'S1' ? 'bad' : 'warn', severity)} ${paint('strong', oneLine(id))}  ${oneLine(title)}`,
    ...evidence.slice(0, MOST_EVIDENCE).map(({ ref, shows }) => paint('dim', `     ${oneLine(ref)}: ${oneLine(shows)}`)),
    ...(evidence.length > MOST_EVIDENCE ? [paint('dim', `     and ${evidence.length - MOST_EVIDENCE} more in the report`)] : []),
  ]);
  return [`  ${gaps.length === 1 ? '1 reason' : `${gaps.length} reasons`} why this service is tied to its vendor:`, ...lines, ''];
}

function findingLines({ findings, deviations }: DrillRecord, paint: Paint): string[] {
  const skipped = deviations.length === 0 ? [] : [`deviations by people: ${listed(deviations.map(({ step, by }) => `${step} (${by})`))}`];
  const lines = [...findings, ...skipped].map((text) => `  ${paint('warn', '!')} ${oneLine(text)}`);
  return lines.length === 0 ? [] : [...lines, ''];
}
