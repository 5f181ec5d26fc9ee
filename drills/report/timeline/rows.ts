import { all, type Entry } from '../../journal.ts';
import { figure } from '../../measures/figures.ts';
import { ms } from '../../measures/instants.ts';
import { readingOf } from '../../measures/rpa.ts';
import { PHASES, type Uses } from '../../plan.ts';
import type { CanarySummary, Span } from '../../probing.ts';
import type { DrillRecord } from '../../record.ts';

/** How a bar is drawn; each has a class of this name in the style sheet. */
export type Look = 'step' | 'failed' | 'skipped' | 'people' | 'source' | 'target' | 'nameless' | 'down' | 'unknown' | 'silence' | 'lost' | 'point';

export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly look: Look;
  /** Written in the bar or beside it where there is room. */
  readonly text: string;
  /** Shown by a pointer that rests on it, and read aloud. */
  readonly title: string;
}

export interface Row {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** Text may stand beside a bar: steps leave room, states do not. */
  readonly beside: boolean;
}

export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

export function groupsOf(record: DrillRecord, entries: readonly Entry[]): Group[] {
  return [
    { title: 'Steps', rows: stepRows(record) },
    { title: 'As clients saw it', rows: outsideRows(record, entries) },
    { title: 'Data', rows: [...writeRows(record, entries), ...dataRows(record, entries)] },
  ].filter(({ rows }) => rows.length > 0);
}

const PEOPLE: ReadonlySet<string> = new Set<Uses>(['approve']);
const STEP_LOOK: Readonly<Record<DrillRecord['steps'][number]['result'], Look>> = { done: 'step', failed: 'failed', skipped: 'skipped', aborted: 'skipped' };

function stepRows({ steps }: DrillRecord): Row[] {
  return PHASES.flatMap((phase) => {
    const bars = steps
      .filter((step) => step.phase === phase)
      .map(({ id, uses, startedAt, endedAt, result }): Bar => {
        const seconds = figure((ms(endedAt) - ms(startedAt)) / 1000);
        return {
          from: ms(startedAt),
          to: ms(endedAt),
          look: PEOPLE.has(uses) && result === 'done' ? 'people' : STEP_LOOK[result],
          text: result === 'done' ? (id === phase ? '' : id) : `${id}: ${result}`,
          title: `${id}: ${result} in ${seconds}`,
        };
      });
    return packed(bars).map((row, index) => ({ label: index === 0 ? phase : '', bars: row, beside: true }));
  });
}

/** Bars that overlap stand below each other. */
function packed(bars: readonly Bar[]): Bar[][] {
  const rows: Bar[][] = [];
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const free = rows.find((row) => (row.at(-1)?.to ?? 0) <= bar.from);
    if (free) free.push(bar);
    else rows.push([bar]);
  }
  return rows;
}

function outsideRows(record: DrillRecord, entries: readonly Entry[]): Row[] {
  return all(entries, 'probes').map(({ route, summary }) => ({
    label: `${summary.vantage}, ${summary.probe}${route === 'drill' && !summary.probe.includes('drill') ? ' (drill route)' : ''}`,
    bars: summary.spans.map((span) => spanBar(span, record)),
    beside: false,
  }));
}

function spanBar({ state, site, from, to, detail }: Span, { from: source, to: target }: DrillRecord): Bar {
  const seconds = figure((ms(to) - ms(from)) / 1000);
  const bar = { from: ms(from), to: ms(to) };
  if (state === 'down') return { ...bar, look: 'down', text: `down ${seconds}`, title: `down for ${seconds}${detail === undefined ? '' : `: ${detail}`}` };
  if (state === 'unknown')
    return { ...bar, look: 'unknown', text: `unknown ${seconds}`, title: `unknown for ${seconds}${detail === undefined ? '' : `: ${detail}`}` };
  const look = site === source.site ? 'source' : site === target.site ? 'target' : 'nameless';
  return { ...bar, look, text: site ?? 'up', title: `up for ${seconds}, answered by ${site ?? 'nobody named'}` };
}

function writeRows({ from: source, to: target }: DrillRecord, entries: readonly Entry[]): Row[] {
  const summary = all(entries, 'canary').at(-1)?.summary;
  if (!summary) return [];
  const turns = turnsOf(summary).map(({ site, from, to }): Bar => {
    const look = site === source.site ? 'source' : site === target.site ? 'target' : 'nameless';
    return {
      from,
      to,
      look,
      text: `written at ${site}`,
      title: `acknowledged by ${site} from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
    };
  });
  const silences = summary.silences.map(({ from, to }): Bar => {
    const seconds = figure((ms(to) - ms(from)) / 1000);
    return { from: ms(from), to: ms(to), look: 'silence', text: `no write ${seconds}`, title: `no write was acknowledged for ${seconds}` };
  });
  return [{ label: 'canary writes', bars: [...turns, ...silences], beside: false }];
}

interface Stay {
  readonly site: string;
  readonly from: number;
  readonly to: number;
}

/** Without turns, a site that came back seems to have written throughout: silences and another one's time in between are cut out of it. */
function turnsOf({ turns, bySite, silences }: CanarySummary): Stay[] {
  const stays = (turns ?? Object.entries(bySite).map(([site, marks]) => ({ site, ...marks }))).map(({ site, first, last }): Stay => ({
    site,
    from: ms(first.sentAt),
    to: ms(last.ackAt),
  }));
  const quiet = silences.map(({ from, to }) => ({ from: ms(from), to: ms(to) }));
  return stays.flatMap((each) => [...quiet, ...stays.filter(({ from, to }) => from > each.from && to < each.to)].reduce(cutOut, [each]));
}

function cutOut(stays: readonly Stay[], { from, to }: { readonly from: number; readonly to: number }): Stay[] {
  return stays
    .flatMap((each) => [
      { ...each, to: Math.min(each.to, from) },
      { ...each, from: Math.max(each.from, to) },
    ])
    .filter((each) => each.to > each.from);
}

function dataRows({ measures }: DrillRecord, entries: readonly Entry[]): Row[] {
  const reading = readingOf(entries, 'out');
  const since = reading?.newestBeforeLoss ?? reading?.firstAcknowledged;
  const lost: Bar[] =
    reading && reading.lost > 0 && since && reading.lastAcknowledged
      ? [
          {
            from: ms(since.sentAt),
            to: ms(reading.lastAcknowledged.ackAt),
            look: 'lost',
            text: `lost ${figure(measures.rpa.byCanary ?? 0)}`,
            title: `${reading.lost} of ${reading.acknowledged} acknowledged markers are lost`,
          },
        ]
      : [];
  const points = all(entries, 'recovery-point').map(({ component, data, consistentAt, way }): Bar => {
    const at = ms(consistentAt);
    return {
      from: at,
      to: at,
      look: 'point',
      text: way === 'out' && lost.length === 0 ? 'recovery point' : '',
      title: `recovery point of ${component}/${data}, consistent at ${consistentAt}, used on the way ${way}`,
    };
  });
  return lost.length + points.length === 0 ? [] : [{ label: 'data lost', bars: [...lost, ...points], beside: true }];
}
