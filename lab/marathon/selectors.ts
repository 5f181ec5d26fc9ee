import { refusals } from './refusal.ts';

type Labels = Readonly<Record<string, string>>;

const TERM = String.raw`((?:\\.|[-A-Za-z0-9_.])+)`;
const SET = new RegExp(String.raw`^\s*${TERM}\s*(in|notin)\s*\(([^()]*)\)\s*(?:,|$)`);
const EQUAL = new RegExp(String.raw`^\s*${TERM}\s*(==|!=)\s*${TERM}\s*(?:,|$)`);
const THERE = new RegExp(String.raw`^\s*${TERM}\s*(?:,|$)`);

/** Marathon's language of label queries, as its `LabelSelectorParsers` reads it. Refuses what that refuses. */
export function labelSelector(query: string): (labels: Labels) => boolean {
  const conditions: ((labels: Labels) => boolean)[] = [];
  for (let rest = query; rest.trim() !== '';) {
    const [whole, condition] = first(rest, query);
    conditions.push(condition);
    rest = rest.slice(whole);
  }
  return (labels) => conditions.every((condition) => condition(labels));
}

function first(rest: string, query: string): [length: number, condition: (labels: Labels) => boolean] {
  const set = SET.exec(rest);
  if (set) {
    const values = (set[3] ?? '').split(/(?<!\\),/).map((each) => plain(each.trim()));
    const [key, wanted] = [plain(set[1]), set[2] === 'in'];
    return [set[0].length, (labels) => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '') === wanted];
  }
  const equal = EQUAL.exec(rest);
  if (equal) {
    const [key, wanted, value] = [plain(equal[1]), equal[2] === '==', plain(equal[3])];
    return [equal[0].length, (labels) => Object.hasOwn(labels, key) && (labels[key] === value) === wanted];
  }
  const there = THERE.exec(rest);
  if (there) {
    const key = plain(there[1]);
    return [there[0].length, (labels) => Object.hasOwn(labels, key)];
  }
  throw refusals.illegal(`Can not parse label selector ${query}. Reason: end of input expected`);
}

function plain(term = ''): string {
  return term.replaceAll(/\\(.)/g, '$1');
}
