import { describe, expect, it } from 'vitest';
import { ENV } from './mistakes/env.ts';
import { KEYS } from './mistakes/keys.ts';
import type { Mistake } from './mistakes/mistake.ts';
import { REFERENCES } from './mistakes/references.ts';
import { RULES } from './mistakes/rules.ts';
import { TIMES } from './mistakes/times.ts';
import { VALUES } from './mistakes/values.ts';
import { YAML } from './mistakes/yaml.ts';
import { changed, DRILL, load, MUSTER, said, WORKLOAD } from './support/loading.ts';

const FILES = { muster: ['muster.yaml', MUSTER], workload: ['workloads/orders.yaml', WORKLOAD], drill: ['drills/orders.yaml', DRILL] } as const;

const TABLES: Readonly<Record<string, readonly Mistake[]>> = {
  'keys that are not of the format': KEYS,
  'values that are not of their kind': VALUES,
  'text that is not YAML 1.2': YAML,
  'names of what is not there': REFERENCES,
  'references in the environment': ENV,
  'times, schedules and zones': TIMES,
  'scripts that break a safety rule': RULES,
};

describe.each(Object.entries(TABLES))('%s', (_, table) => {
  it.each(table.map(([name, kind, part, by, ...says]) => ({ name, kind, part, by, says })))(
    'says where $name is, and what would be right',
    ({ kind, part, by, says }) => {
      const [file, text] = FILES[kind];
      expect(said(load({ [file]: changed(text, part, by) }).problems)).toEqual(says);
    },
  );
});

describe('all mistakes at once', () => {
  it('says those of every file, by file and place', () => {
    const problems = said(
      load({
        'muster.yaml': changed(changed(MUSTER, 'host: rack-1', 'hots: rack-1'), 'location: colo-dub', 'location: ""'),
        'workloads/orders.yaml': changed(changed(WORKLOAD, 'replicas: 2', 'replicas: 0'), 'route: orders\n', 'route: order\n'),
        'drills/orders.yaml': changed(changed(DRILL, 'rto: 30m', 'rto: 30min'), 'name: mask, after: restore', 'name: lock, after: fence'),
      }).problems,
    );
    expect(problems.map((each) => each.split(': ')[0])).toEqual([
      'drills/orders.yaml:6:20',
      'drills/orders.yaml:12:13',
      'drills/orders.yaml:12:26',
      'muster.yaml:2:21',
      'muster.yaml:4:29',
      'workloads/orders.yaml:2:8',
      'workloads/orders.yaml:22:15',
    ]);
  });

  it('checks names against files that have mistakes of their own', () => {
    const broken = changed(WORKLOAD, 'replicas: 2', 'replicas: none');
    expect(said(load({ 'workloads/orders.yaml': broken }).problems)).toEqual(['workloads/orders.yaml:22:15: "replicas" must be a number, not a text']);
  });

  it('says nothing of names that a file which cannot be read may hold', () => {
    expect(said(load({ 'workloads/orders.yaml': `${WORKLOAD}]` }).problems).map((each) => each.split(': ')[0])).toEqual(['workloads/orders.yaml:29:1']);
  });

  it('says none twice', () => {
    const problems = said(load({ 'muster.yaml': changed(MUSTER, 'images: { orders: host }', 'images: { orders: 7 }') }).problems);
    expect(problems).toEqual(['muster.yaml:4:61: "orders" must be a text, not a number; write "7" in quotes']);
  });

  it('cuts a file of hundreds of mistakes short and says so', () => {
    const many = Array.from({ length: 900 }, (_, index) => `x${index}: 1\n`).join('');
    const problems = load({ 'drills/orders.yaml': DRILL + many }).problems;
    expect(problems).toHaveLength(201);
    expect(problems.at(-1)?.message).toBe('and 700 more in this file');
  });
});

describe('odd files', () => {
  it('have right places behind a byte order mark and Windows line ends', () => {
    const text = `\ufeff${changed(changed(DRILL, 'drill: orders-to-aws', 'drill: Orders'), 'from: onprem', 'from: onprm')}`.replaceAll('\n', '\r\n');
    expect(said(load({ 'drills/orders.yaml': text }).problems).map((each) => each.split(': ')[0])).toEqual([
      'drills/orders.yaml:1:8',
      'drills/orders.yaml:3:7',
    ]);
  });

  it('may not be nested without end', () => {
    const nested = (depth: number) =>
      said(load({ 'drills/orders.yaml': changed(DRILL, 'vantages: [dublin]', `x: ${'['.repeat(depth)}${']'.repeat(depth)}`) }).problems);
    expect(nested(39)).toEqual(['drills/orders.yaml:15:1: unknown key "x"; there are vantages, unfenced, declaredLost, deadline, patience, limit']);
    expect(nested(41)).toContain('drills/orders.yaml:15:43: this is nested too deeply; at most 40 levels');
  });

  it('may not stand for more than they hold', () => {
    const bomb = `x: &x [${'1, '.repeat(1000)}]\ny: [${'*x, '.repeat(60)}]\n`;
    expect(said(load({ 'drills/orders.yaml': DRILL + bomb }).problems)).toEqual([
      expect.stringMatching(/^drills\/orders\.yaml:17:\d+: there are more than 50000 values up to here, aliases followed; split the file$/),
    ]);
    const aliases = `x: &x 1\ny: [${'*x, '.repeat(101)}]\n`;
    expect(said(load({ 'drills/orders.yaml': DRILL + aliases }).problems)).toContainEqual(
      expect.stringMatching(/^drills\/orders\.yaml:17:\d+: there are more than 100 aliases \(\*name\); write values out$/),
    );
  });
});

describe('what is no mistake', () => {
  it('components that need the same one', () => {
    const more = (name: string, needs: string) => `  ${name}: { needs: [${needs}], image: orders, boot: [x], size: { cpu: 1, memory: 1Gi } }\n`;
    // The one on top first, so that one walk meets the lowest twice.
    const diamond = changed(WORKLOAD, 'components:\n', `components:\n${more('front', 'cache, queue, api')}${more('cache', 'db')}${more('queue', 'db')}`);
    expect(said(load({ 'workloads/orders.yaml': diamond }).problems)).toEqual([]);
  });

  it('the good project', () => {
    expect(said(load().problems)).toEqual([]);
  });

  it('an image that the target does not have: that is a gap', () => {
    expect(said(load({ 'muster.yaml': changed(MUSTER, 'images: { orders: ami-1 }', 'location: dublin') }).problems)).toEqual([]);
  });

  it('a canary, probes and identity that are left out', () => {
    const bare = WORKLOAD.replace(/^identity.*\n/m, '')
      .replace(/^probes:\n.*\n/m, '')
      .replace(/^canary.*\n/m, '');
    expect(bare).not.toMatch(/identity|probes|canary/);
    expect(said(load({ 'workloads/orders.yaml': bare }).problems)).toEqual([]);
  });

  it('a role of one person where no mode is live', () => {
    const mild = changed(changed(DRILL, ', unplanned]', ']'), 'role: payments', 'role: leads');
    expect(said(load({ 'drills/orders.yaml': mild }).problems)).toEqual([]);
  });

  it('a step after failback where a mode has one', () => {
    expect(said(load({ 'drills/orders.yaml': changed(DRILL, 'after: restore', 'after: failback') }).problems)).toEqual([]);
    const mild = changed(changed(DRILL, ', unplanned]', ']'), 'after: restore', 'after: failback');
    expect(said(load({ 'drills/orders.yaml': mild }).problems)).toEqual([
      'drills/orders.yaml:12:26: only live modes have a failback, and this drill allows rehearse and isolated; the step would never run',
    ]);
  });

  it('variables called like keys that are refused elsewhere', () => {
    expect(said(load({ 'workloads/orders.yaml': changed(WORKLOAD, 'env: { DB', 'env: { skip: "1", lock: "2", DB') }).problems)).toEqual([]);
  });
});
