import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Loaded } from '../../drills/load/index.ts';
import { DRILL, load, MUSTER, said, WORKLOAD } from './support/loading.ts';
import { BOMB, mangling } from './support/mangling.ts';

const FILES = { 'muster.yaml': MUSTER, 'workloads/orders.yaml': WORKLOAD, 'drills/orders.yaml': DRILL };
const FILE = fc.constantFrom(...(Object.keys(FILES) as (keyof typeof FILES)[]));

/** However bad the text: places are in the file, messages are one readable line about it, and nothing of our own shines through. */
function expectClear(loaded: Loaded, text: string): void {
  const last = text.split('\n').length;
  for (const { file, line, column, message } of loaded.problems) {
    expect(Object.keys(FILES)).toContain(file);
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(Math.max(last, 40));
    expect(column).toBeGreaterThanOrEqual(1);
    expect(Number.isInteger(line) && Number.isInteger(column)).toBe(true);
    // oxlint-disable-next-line no-control-regex
    expect(message).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e\ufeff]{8,700}$/u);
    expect(message).not.toMatch(/undefined|\[object |NaN|Invalid input|Too (small|big)|Error\b|at .*:\d+:\d+|\.ts\b|node_modules/);
    expect(message).toBe(message.toWellFormed());
  }
  expect(new Set(said(loaded.problems)).size).toBe(loaded.problems.length);
}

describe('2,000 spoilt files', () => {
  it('never throw, and every problem has a place and one clear line', { timeout: 300_000 }, () => {
    let wrong = 0;
    fc.assert(
      fc.property(FILE, mangling, (file, mangle) => {
        const text = mangle(FILES[file]);
        const loaded = load({ [file]: text });
        expectClear(loaded, text);
        if (loaded.problems.length > 0) wrong++;
      }),
      { numRuns: 2000, seed: 20_261_124 },
    );
    // Else the spoiling spoils nothing, and the test shows nothing.
    expect(wrong).toBeGreaterThan(1500);
  });
});

describe('a value of the wrong type at every path', () => {
  const WRONG = [null, 7, -1.5, true, '', '💥\u2028x', [], {}, [[]], [{}], { constructor: { prototype: 1 } }, 'x'.repeat(5000)];

  it.each(Object.entries(FILES))('of %s never throws and never goes unexplained', { timeout: 300_000 }, (file, good) => {
    for (const path of pathsOf(parse(good))) {
      for (const wrong of WRONG) {
        const text = stringify(replacedAt(parse(good), path, wrong));
        expectClear(load({ [file]: text }), text);
      }
    }
  });

  it.each(Object.entries(FILES))('of %s that is left out never throws', { timeout: 300_000 }, (file, good) => {
    for (const path of pathsOf(parse(good)).slice(1)) {
      const text = stringify(replacedAt(parse(good), path, undefined));
      expectClear(load({ [file]: text }), text);
    }
  });
});

describe('texts made to hang or break a reader', () => {
  const MUCH = 256 * 1024;
  const BAD: Readonly<Record<string, string>> = {
    'a bomb of aliases': BOMB,
    'a bomb of aliases in the place of a value': `${DRILL.replace('vantages: [dublin]', '')}${BOMB}vantages: *a9\n`,
    'fifty thousand anchors and aliases': Array.from({ length: 50_000 }, (_, index) => `- &x${index} v\n- *x${index}`).join('\n'),
    'very much of [': '['.repeat(MUCH),
    'a whole mebibyte of {': '{'.repeat(1024 * 1024),
    'very much of ?': '? '.repeat(MUCH / 2),
    'very much of -': '- '.repeat(MUCH / 2),
    'very much of commas': `a: [,${','.repeat(MUCH)}`,
    'very much of one key': `${'k'.repeat(MUCH)}: 1`,
    'very much of one value': `drill: ${'d'.repeat(MUCH)}`,
    'a hundred thousand keys': Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join('\n'),
    'a hundred thousand documents': '--- x\n'.repeat(100_000),
    'a hundred thousand references': `${WORKLOAD.replace('${self.listen.http}', '${x}'.repeat(100_000))}`,
    'a circle of five thousand components': `workload: w\ncomponents:\n${Array.from({ length: 5000 }, (_, index) => `  c${index}: { needs: [c${(index + 1) % 5000}] }`).join('\n')}\n`,
    nothing: '',
    'spaces and lines': ' \n\n\t\n',
    'a comment': '# nothing yet\n',
    'two marks of a document': '---\n---\n',
  };

  it.each(Object.entries(BAD))('%s', { timeout: 120_000 }, (_, text) => {
    const loaded = load({ 'drills/orders.yaml': text });
    expect(loaded.problems.length).toBeGreaterThan(0);
    expectClear(loaded, text);
  });
});

describe('a good file stays good', () => {
  const HARMLESS: Readonly<Record<string, (text: string) => string>> = {
    'with Windows line ends': (text) => text.replaceAll('\n', '\r\n'),
    'with a byte order mark': (text) => `\ufeff${text}`,
    'with comments and blank lines': (text) => text.replaceAll('\n', ' # 💥 comment\n\n'),
    'without its last line end': (text) => text.trimEnd(),
    'as a document with marks': (text) => `%YAML 1.2\n---\n${text}...\n`,
    'in block style': (text) => stringify(parse(text)),
    'as JSON': (text) => JSON.stringify(parse(text), undefined, 2),
    'with its keys the other way round': (text) => stringify(turned(parse(text))),
    'with an anchor and its alias': (text) => text.replace(/^workload: orders$/m, 'workload: &name orders').replace(/^route: orders$/m, 'route: *name'),
  };

  it.each(Object.entries(HARMLESS))('%s', (_, change) => {
    expect(said(load(Object.fromEntries(Object.entries(FILES).map(([file, text]) => [file, change(text)]))).problems)).toEqual([]);
  });
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, around: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [around];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [around, ...inner.flatMap(([key, each]) => pathsOf(each, [...around, key]))];
}

function replacedAt(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((each: unknown, index) => (index === key ? replacedAt(each, rest, by) : each));
  return Object.fromEntries(Object.entries(value ?? {}).map(([name, each]) => [name, name === key ? replacedAt(each, rest, by) : each]));
}

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]): [string, unknown] => [key, turned(each)])
      .toReversed(),
  );
}
