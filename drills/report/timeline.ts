import type { Entry } from '../journal.ts';
import { figure, withError } from '../measures/figures.ts';
import { ms } from '../measures/instants.ts';
import type { DrillRecord } from '../record.ts';
import { type Markup, markup } from './markup.ts';
import { type Mark, marksOf, rtoLine } from './timeline/marks.ts';
import { type Bar, type Group, groupsOf, type Row } from './timeline/rows.ts';
import { round, type Scale, scaleOf, textWidth, ticksOf } from './timeline/scale.ts';
import { titleOf } from './title.ts';

/** Where things stand in a picture of one width. */
interface Layout {
  readonly width: number;
  /** Room for labels left of the rows; 0 = they stand above. */
  readonly gutter: number;
  readonly bar: number;
  readonly label: number;
  readonly roomPerTick: number;
  /** How far the run may be squeezed so that the RTO line is in the picture. */
  readonly squeeze: number;
}

const WIDE: Layout = { width: 1072, gutter: 140, bar: 18, label: 0, roomPerTick: 84, squeeze: 1.8 };
const NARROW: Layout = { width: 340, gutter: 0, bar: 16, label: 15, roomPerTick: 62, squeeze: 1.25 };

const GAP = 4;
const GROUP_TITLE = 24;
const BRACKET = 26;
const LEVEL = 19;
const EDGE = 14;
const AXIS = 26;

/** One picture of the run, as inline SVG styled by the page: steps by phase, the outage as clients saw it, writes, T0 to T10, the RTO. */
export function timeline(record: DrillRecord, entries: readonly Entry[], shape: 'wide' | 'narrow'): Markup {
  const layout = shape === 'wide' ? WIDE : NARROW;
  const scale = scaleFor(record, layout);
  const marks = marksOf(record, scale, layout.width);
  const top = BRACKET + LEVEL * Math.max(1, ...marks.map(({ level }) => level + 1));
  const { tracks, parts, bottom } = stacked(groupsOf(record, entries), layout, scale, top);
  const hatch = `hatch-${shape}`;
  return markup`<svg class="timeline ${shape}" viewBox="0 0 ${layout.width} ${bottom + AXIS}" role="img" aria-label="Timeline of ${titleOf(record)}: ${record.verdict.outcome}">
<defs><pattern id="${hatch}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground"/><rect width="2.5" height="6" class="hatch-line"/></pattern></defs>
${axis(scale, origin(record), layout, top, bottom)}
${outageWindow(record, scale, top, bottom)}
${tracks}
${marks.map((mark) => hairline(mark, top, bottom))}
${parts}
${marks.map((mark) => chip(mark, top))}
${bracket(record, scale, layout)}
</svg>`;
}

function origin({ clock, startedAt }: DrillRecord): number {
  return ms(clock.t0 ?? startedAt);
}

/** The whole run; the RTO line too where it does not squeeze the run. */
function scaleFor(record: DrillRecord, { width, gutter, squeeze }: Layout): Scale {
  const from = ms(record.startedAt);
  const end = Math.max(from + 1000, ms(record.endedAt), ...record.steps.map(({ endedAt }) => ms(endedAt)));
  const rto = rtoLine(record);
  const to = rto !== undefined && rto > end && rto - from < squeeze * (end - from) ? rto + (end - from) * 0.02 : end;
  return scaleOf(from, to, gutter + EDGE, width - EDGE);
}

function axis(scale: Scale, zero: number, { gutter, roomPerTick, width }: Layout, top: number, bottom: number): Markup {
  const ticks = ticksOf(scale, zero, roomPerTick);
  return markup`<g class="axis">${ticks.map(({ x, label }) => markup`<line x1="${x}" x2="${x}" y1="${top}" y2="${bottom + 4}"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${label}</text>`)}<line class="base" x1="${gutter}" x2="${width}" y1="${bottom + 4}" y2="${bottom + 4}"/></g>`;
}

/** The time without service, from T0 to T7 or to the end. */
function outageWindow({ clock, mode }: DrillRecord, scale: Scale, top: number, bottom: number): Markup | undefined {
  if (clock.t0 === undefined || mode === 'rehearse') return undefined;
  const from = scale.x(ms(clock.t0));
  const to = clock.t7 === undefined ? scale.right : scale.x(ms(clock.t7));
  return markup`<rect class="window" x="${from}" y="${top}" width="${round(to - from)}" height="${bottom - top}"/>`;
}

/** Tracks lie below the hairlines of the clock, bars and words above them. */
function stacked(
  groups: readonly Group[],
  layout: Layout,
  scale: Scale,
  top: number,
): { readonly tracks: readonly Markup[]; readonly parts: readonly Markup[]; readonly bottom: number } {
  const tracks: Markup[] = [];
  const parts: Markup[] = [];
  let y = top + 4;
  for (const { title, rows } of groups) {
    parts.push(markup`<text class="group" x="0" y="${y + 15}">${title}</text>`);
    y += GROUP_TITLE;
    for (const row of rows) {
      const barY = y + (row.label === '' ? 0 : layout.label);
      tracks.push(markup`<rect class="track" x="${scale.left}" y="${barY}" width="${round(scale.right - scale.left)}" height="${layout.bar}" rx="3"/>`);
      parts.push(drawRow(row, layout, scale, y, barY));
      y = barY + layout.bar + GAP;
    }
    y += 4;
  }
  return { tracks, parts, bottom: y };
}

function drawRow({ label, bars, beside }: Row, layout: Layout, scale: Scale, y: number, barY: number): Markup {
  const name =
    layout.gutter === 0
      ? markup`<text class="row" x="${scale.left}" y="${y + 11}">${label}</text>`
      : markup`<text class="row" x="12" y="${y + 13}">${cut(label, layout.gutter - 8)}</text>`;
  const drawn = bars.map((bar, index) => drawBar(bar, scale, barY, layout.bar, beside ? room(bars, index, scale) : undefined));
  return markup`<g>${label !== '' && name}${drawn}</g>`;
}

/** Free room on either side of a bar. */
function room(bars: readonly Bar[], index: number, scale: Scale): { readonly before: number; readonly after: number } {
  const bar = bars[index];
  const previous = bars[index - 1];
  const next = bars[index + 1];
  if (!bar) return { before: 0, after: 0 };
  return {
    before: scale.x(bar.from) - (previous ? scale.x(previous.to) + textWidth(previous.text) + 8 : scale.left),
    after: (next ? scale.x(next.from) : scale.right) - scale.x(bar.to),
  };
}

function drawBar(
  { from, to, look, text, title }: Bar,
  scale: Scale,
  y: number,
  height: number,
  free: { readonly before: number; readonly after: number } | undefined,
): Markup {
  const x = scale.x(from);
  const right = scale.x(to);
  const width = Math.max(2, round(right - x));
  if (look === 'point')
    return markup`<g class="point"><title>${title}</title><path d="M${x} ${y + 2}l6 ${height / 2 - 2}l-6 ${height / 2 - 2}l-6 ${2 - height / 2}z"/>${text !== '' && markup`<text class="beside" x="${x + 10}" y="${y + height - 5}">${text}</text>`}</g>`;
  const needed = text === '' ? Infinity : textWidth(text) + 8;
  const baseline = y + height - 5;
  const written =
    needed <= width
      ? markup`<text class="inside" x="${x + 5}" y="${baseline}">${text}</text>`
      : free && free.after >= needed
        ? markup`<text class="beside" x="${round(x + width + 4)}" y="${baseline}">${text}</text>`
        : free && free.before >= needed && markup`<text class="beside" x="${x - 4}" y="${baseline}" text-anchor="end">${text}</text>`;
  return markup`<g class="bar ${look}"><title>${title}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="2"/>${written}</g>`;
}

function hairline({ x, look, level }: Mark, top: number, bottom: number): Markup | undefined {
  if (look === 'beyond') return undefined;
  return markup`<g class="mark ${look}"><line x1="${x}" x2="${x}" y1="${top - LEVEL * (level + 1) + 15}" y2="${bottom + 4}"/></g>`;
}

function chip({ left, label, title, look, level, width }: Mark, top: number): Markup {
  const y = top - LEVEL * (level + 1);
  return markup`<g class="mark ${look}"><title>${title}</title><rect x="${left}" y="${y}" width="${width}" height="15" rx="3"/><text x="${round(left + width / 2)}" y="${y + 11}" text-anchor="middle">${label}</text></g>`;
}

/** T0 to T7 with the figure that all this is about. */
function bracket({ clock, measures }: DrillRecord, scale: Scale, { width }: Layout): Markup | undefined {
  const { t0, t7 } = clock;
  const { rta, rehearsedRta } = measures;
  const seconds = rta.service ?? rehearsedRta;
  if (t0 === undefined) return undefined;
  const from = scale.x(ms(t0));
  if (t7 === undefined || seconds === undefined)
    return markup`<text class="figure bad" x="${Math.min(from, width - 150)}" y="12">${measures.rta.missing === 'unknown' ? 'recovery unknown' : 'no recovery seen'}</text>`;
  const to = scale.x(ms(t7));
  const text = `${rta.service === undefined ? 'rehearsed ' : ''}RTA ${rta.plusMinus === undefined ? figure(seconds) : withError(seconds, rta.plusMinus)}`;
  const half = (textWidth(text) * 1.15) / 2;
  const middle = round(Math.min(Math.max((from + to) / 2, half), width - half));
  return markup`<g class="bracket"><path d="M${from} 24v-6H${to}v6"/><text class="figure" x="${middle}" y="12" text-anchor="middle">${text}</text></g>`;
}

function cut(text: string, width: number): string {
  const most = Math.floor(width / 6.2);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
