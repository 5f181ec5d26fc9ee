import type { ClockPoint } from '../../journal.ts';
import { addSeconds, ms } from '../../measures/instants.ts';
import { figure } from '../../measures/figures.ts';
import type { DrillRecord } from '../../record.ts';
import { POINT_NAMES, POINTS } from '../sections/measured.ts';
import { round, type Scale, textWidth } from './scale.ts';

export interface Mark {
  readonly x: number;
  readonly label: string;
  readonly title: string;
  /** `beyond` = later than the picture: a label without a line. */
  readonly look: 'lost' | 'back' | 'point' | 'target' | 'beyond';
  /** 0 is nearest to the lanes. */
  readonly level: number;
  /** Of the label, which stays inside the picture. */
  readonly left: number;
  readonly width: number;
}

const EMPHASIS: Readonly<Partial<Record<ClockPoint, Mark['look']>>> = { t0: 'lost', t7: 'back' };

type Timed = Pick<Mark, 'label' | 'title' | 'look'> & { readonly at: number };

/** T0 to T10 and the RTO line, on as many levels as keep them apart. */
export function marksOf(record: DrillRecord, scale: Scale, frame: number): Mark[] {
  const { clock } = record;
  const points = POINT_NAMES.flatMap((point): Timed[] => {
    const at = clock[point];
    return at === undefined
      ? []
      : [{ at: ms(at), label: point.toUpperCase(), title: `${point.toUpperCase()}, ${POINTS[point]}: ${at}`, look: EMPHASIS[point] ?? 'point' }];
  });
  const rto = rtoLine(record);
  const beyond = rto !== undefined && rto > scale.to;
  const target: Timed[] =
    rto === undefined
      ? []
      : [
          {
            at: rto,
            label: `RTO ${figure(record.objectives.rto)}${beyond ? ' →' : ''}`,
            title: `T0 + RTO: ${new Date(rto).toISOString()}`,
            look: beyond ? 'beyond' : 'target',
          },
        ];
  return levelled([...points, ...target].toSorted((a, b) => a.at - b.at).map((each) => placed(each, scale, frame)));
}

function placed(mark: Timed, scale: Scale, frame: number): Omit<Mark, 'level'> {
  const x = scale.x(mark.at);
  const width = round(Math.max(22, textWidth(mark.label) + 8));
  return { ...mark, x, width, left: round(Math.min(Math.max(x - width / 2, 0), frame - width)) };
}

/** Milliseconds since the epoch of T0 + RTO. */
export function rtoLine({ clock, objectives }: DrillRecord): number | undefined {
  return clock.t0 === undefined ? undefined : ms(addSeconds(clock.t0, objectives.rto));
}

function levelled(marks: readonly Omit<Mark, 'level'>[]): Mark[] {
  const ends: number[] = [];
  return marks.map((mark) => {
    const free = ends.findIndex((end) => end + 3 <= mark.left);
    const level = free === -1 ? ends.length : free;
    ends[level] = mark.left + mark.width;
    return { ...mark, level };
  });
}
