import { quoted } from '../load/say.ts';
import { DAYS, MONTHS } from './words.ts';

export type Cron = { readonly text: string } | { readonly mistake: string };

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names for numbers, from `from`. */
  readonly names?: readonly string[];
}

const short = (name: string) => name.slice(0, 3).toUpperCase();
const FIELDS: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS.map(short) },
  { name: 'day of the week', from: 0, to: 7, names: DAYS.map(short) },
];

/** A cron line of five fields, as Temporal reads it. */
export function parseCron(line: string): Cron {
  if (line.startsWith('@')) return { mistake: `${quoted(line)} is not read here; write five fields, such as "0 3 * * 1", or "every Monday at 03:00"` };
  if (/^(CRON_)?TZ=/.test(line)) return { mistake: 'the time zone stands beside it; write zone: Europe/Dublin' };
  const parts = line.split(' ');
  if (parts.length !== FIELDS.length)
    return { mistake: `a cron line has five fields (minute, hour, day of the month, month, day of the week), not ${parts.length}` };
  for (const [index, field] of FIELDS.entries()) {
    const wrong = (parts[index] ?? '').split(',').find((part) => !isPart(part, field));
    if (wrong !== undefined) return { mistake: `${quoted(wrong)} cannot be the ${field.name} of a cron line; write ${allowed(field)}` };
  }
  const [, , day = '*', , weekday = '*'] = parts;
  if (!day.startsWith('*') && !weekday.startsWith('*')) {
    return {
      mistake: 'a day of the month and a day of the week in one cron line are read in two ways; write "first Tuesday of the quarter at 09:00" and its like',
    };
  }
  return { text: parts.join(' ').toUpperCase() };
}

/** A star, a number, a name or a range, with a step or without. */
function isPart(part: string, field: Field): boolean {
  const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  if (step !== undefined && (Number(step) === 0 || Number(step) > field.to)) return false;
  if (from === '*') return to === undefined;
  const first = numberOf(from, field);
  const last = to === undefined ? first : numberOf(to, field);
  return first !== undefined && last !== undefined && first <= last;
}

function numberOf(text: string, { from, to, names = [] }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + from;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return number >= from && number <= to ? number : undefined;
}

const allowed = ({ from, to, names }: Field) =>
  `*, ${from} to ${to}${names ? `, ${names[0]} to ${names.at(-1)}` : ''}, a range such as ${from}-${from + 3}, or a step such as */2`;
