import { distance } from 'fastest-levenshtein';

const LONGEST = 60;
/** Control, line-breaking, text-direction and lone surrogate characters: a message stays one readable line. */
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu;

/** Text from a file as a message may hold it: one short line, without the secrets that an address may hold. */
export function quoted(text: string): string {
  const bare = text
    .slice(0, 400)
    .replaceAll(/\/\/[^/\s@]*@/g, '//…@')
    .replaceAll(/(https?:\/\/[^\s?]*)\?\S*/g, '$1?…');
  const short = bare.length > LONGEST || text.length > 400 ? `${bare.slice(0, LONGEST - 1)}…` : bare;
  return `"${printable(short.replaceAll('"', '\\"'))}"`;
}

/** In one line, whatever it holds. */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, (each) => `\\u${(each.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

/** The one that was meant, when one is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 80) return undefined;
  const lower = word.toLowerCase();
  let best: { readonly name: string; readonly away: number } | undefined;
  for (const name of candidates) {
    if (name === word) continue;
    const whole = apart(lower, name.toLowerCase());
    // `region` was meant by `aws-region`, `onprem-fra` by `fra`.
    const away =
      lower.length >= 3 && name.length >= 3 && (name.toLowerCase().includes(lower) || lower.includes(name.toLowerCase())) ? Math.min(whole, 2) : whole;
    if (!best || away < best.away) best = { name, away };
  }
  return best && best.away <= Math.max(1, Math.floor(word.length * 0.4)) ? best.name : undefined;
}

/** Letters to change; two that changed places count as one. */
function apart(one: string, other: string): number {
  const steps = distance(one, other);
  return steps === 2 && [...one].toSorted().join('') === [...other].toSorted().join('') ? 1 : steps;
}

/** `; did you mean "x"?`, else what there is. */
export function orElse(word: string, candidates: Iterable<string>, none = 'there is none'): string {
  const all = [...candidates];
  const guess = nearest(word, all);
  if (guess !== undefined) return `; did you mean ${quoted(guess)}?`;
  if (all.length === 0) return `; ${none}`;
  return `; there ${all.length === 1 ? 'is' : 'are'} ${listed(all)}`;
}

/** `a, b, c`; a long list is cut. */
export function listed(names: Iterable<string>): string {
  const all = [...names].map((each) => printable(each.slice(0, LONGEST)));
  return all.length > 12 ? `${all.slice(0, 12).join(', ')} and ${all.length - 12} more` : all.join(', ');
}

export const either = (choices: readonly string[]): string =>
  choices.length < 2 ? (choices[0] ?? '') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
