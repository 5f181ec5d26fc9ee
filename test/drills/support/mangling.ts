import fc from 'fast-check';

/** One way to spoil a text. `at` and `to` are shares of its length. */
type Mangle = (text: string, at: number, to: number, pick: number) => string;

const choose = <T>(from: readonly T[], pick: number): T => from[Math.min(Math.floor(pick * from.length), from.length - 1)]!;

const ODD = [
  '\0',
  '\u0007',
  '\t',
  '\r',
  '\u0085',
  '\u2028',
  '\u202e',
  '\ufeff',
  '\ud800',
  '💥',
  '👩‍👩‍👧',
  'é',
  ':',
  ': ',
  '-',
  '- ',
  '? ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"',
  "'",
  '#',
  '&a',
  '*a',
  '!',
  '!!str ',
  '|',
  '>',
  '%',
  '@',
  '`',
  '\\',
  '<<: ',
  '---',
  '...',
];
const HUGE = [
  '9'.repeat(400),
  '1e999',
  '-1e999',
  '.nan',
  '-.inf',
  '0x1fffffffffffffff',
  '9007199254740993',
  '1'.repeat(40) + 's',
  '0.' + '0'.repeat(400) + '1',
  '-0',
  '1_000',
  '0o777',
  '2026-11-24',
  '12:30:45',
  '1e-400',
];
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'null',
  'true',
  'skip',
  'lock',
  'cleanup',
  '<<',
  '""',
  '~',
  'on',
  'y',
  '💥',
  'a'.repeat(2000),
];
const NESTS: readonly Mangle[] = [
  (_text, _at, _to, pick) => '['.repeat(Math.floor(pick * 3000)),
  (_text, _at, _to, pick) => '{a: '.repeat(Math.floor(pick * 2000)),
  (_text, _at, _to, pick) => '- '.repeat(Math.floor(pick * 2000)),
  (_text, _at, _to, pick) => '? '.repeat(Math.floor(pick * 500)),
  (_text, _at, _to, pick) => `{a: ${'['.repeat(Math.floor(pick * 60))}x${']'.repeat(Math.floor(pick * 60))}}`,
];

/** Each alias stands for nine of the one before: a billion of them. */
const BOMB = `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`).join('\n')}\n`;

const place = (text: string, share: number) => Math.floor(share * text.length);
const insert = (text: string, at: number, what: string) => text.slice(0, place(text, at)) + what + text.slice(place(text, at));
function lines(text: string, change: (all: string[]) => void): string {
  const all = text.split('\n');
  change(all);
  return all.join('\n');
}
/** Replaces one `key` or one `value` of the text. */
function word(text: string, form: RegExp, at: number, by: string): string {
  const all = [...text.matchAll(form)];
  const one = choose(all, at);
  return one ? text.slice(0, one.index) + one[0].replace(one[1] ?? '', () => by) + text.slice(one.index + one[0].length) : text;
}

const MANGLES: Readonly<Record<string, Mangle>> = {
  flip: (text, at, _to, pick) =>
    text.slice(0, place(text, at)) +
    String.fromCharCode((text.charCodeAt(place(text, at)) || 32) ^ (1 << Math.floor(pick * 8))) +
    text.slice(place(text, at) + 1),
  drop: (text, at, to) => text.slice(0, place(text, Math.min(at, to))) + text.slice(place(text, Math.min(at, to)) + Math.ceil(Math.abs(at - to) * 20)),
  cut: (text, at) => text.slice(0, place(text, at)),
  odd: (text, at, _to, pick) => insert(text, at, choose(ODD, pick)),
  deleteLine: (text, at) => lines(text, (all) => void all.splice(Math.floor(at * all.length), 1)),
  repeatLine: (text, at, to) => lines(text, (all) => void all.splice(Math.floor(to * all.length), 0, choose(all, at))),
  swapLines: (text, at, to) =>
    lines(text, (all) => {
      const [one, other] = [Math.floor(at * all.length), Math.floor(to * all.length)];
      [all[one], all[other]] = [all[other] ?? '', all[one] ?? ''];
    }),
  indentLine: (text, at, _to, pick) =>
    lines(text, (all) => void all.splice(Math.floor(at * all.length), 1, choose(['  ', '\t', ' ', '    - '], pick) + choose(all, at))),
  swapKey: (text, at, to) => word(text, /([a-zA-Z]+):/g, at, choose([...text.matchAll(/([a-zA-Z]+):/g)], to)?.[1] ?? 'x'),
  misspellKey: (text, at, _to, pick) => word(text, /([a-zA-Z]+):/g, at, choose(NAMES, pick)),
  hugeValue: (text, at, _to, pick) => word(text, /: ([^\s,{}[\]]+)/g, at, choose(HUGE, pick)),
  oddValue: (text, at, _to, pick) =>
    word(
      text,
      /: ([^\s,{}[\]]+)/g,
      at,
      choose([...NAMES, '[]', '{}', '', '[[[]]]', '{ a: { b: c } }', '"\\0"', '"\\n\\u2028\\r"', '*a', '&a x', '|', 'true', '-1'], pick),
    ),
  nest: (text, at, to, pick) => insert(text, at, choose(NESTS, to)(text, at, to, pick)),
  nestValue: (text, at, to, pick) => word(text, /: ([^\s,{}[\]]+)/g, at, choose(NESTS, to)(text, at, to, pick)),
  bomb: (text) => BOMB + text,
  bombValue: (text, at) => `x: &a0 [x, x, x, x, x, x, x, x, x]\n${word(text, /: ([^\s,{}[\]]+)/g, at, `[${Array(90).fill('*a0').join(', ')}]`)}`,
  document: (text, at) => insert(text, at, '\n---\n'),
  windows: (text) => text.replaceAll('\n', '\r\n'),
  mark: (text) => `\ufeff${text}`,
  blank: (text, at) => ' '.repeat(Math.floor(at * 40)) + '\n'.repeat(Math.floor(at * 40)),
};

/** A few of them after each other. */
export const mangling: fc.Arbitrary<(text: string) => string> = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(MANGLES)), share(), share(), share()), { minLength: 1, maxLength: 4 })
  .map((steps) =>
    Object.assign((text: string) => steps.reduce((all, [name, at, to, pick]) => MANGLES[name]!(all, at, to, pick), text), {
      [fc.toStringMethod]: () => JSON.stringify(steps),
    }),
  );

function share(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
}

export { BOMB };
