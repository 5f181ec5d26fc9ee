import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../drills/journal.ts';
import { type DrillRecord, makeRecord } from '../../drills/record.ts';
import { htmlReport } from '../../drills/report/html.ts';
import { markdownReport } from '../../drills/report/markdown.ts';
import { terminalSummary } from '../../drills/report/terminal.ts';
import { timeline } from '../../drills/report/timeline.ts';
import { at, canary, entry, idOf, isolatedRun, liveRun, marker, OUT_AND_BACK, reading, rehearsal, type Sample, START, summary } from './sampleJournal.ts';
import { RUN, samplePlan } from './samplePlan.ts';

const recordOf = (entries: readonly Entry[], plan = samplePlan()) => makeRecord(plan, RUN, entries, START);
const html = (entries: readonly Entry[], plan = samplePlan()) => htmlReport(recordOf(entries, plan), entries);
const markdown = (entries: readonly Entry[], plan = samplePlan()) => markdownReport(recordOf(entries, plan), entries);
const terminal = (entries: readonly Entry[], plan = samplePlan()) => terminalSummary(recordOf(entries, plan)).join('\n');
/** What a reader sees of a page. */
const words = (page: string) =>
  page
    .replaceAll(/<style>[^]*?<\/style>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const ALL: Readonly<Record<string, typeof html>> = { html: (...given) => words(html(...given)), markdown, terminal };

const silent = summary([
  ['up', 'onprem-fra', 1, 10],
  ['down', undefined, 10, 42],
]);

describe.each(Object.entries(ALL))('every report (%s)', (_, write) => {
  it('leads with the verdict, the figures with their error bars, and the targets', () => {
    const text = write(liveRun());
    expect(text.slice(0, 500)).toMatch(/passed/i);
    for (const figure of ['9.3 s ± 1.3 s', 'RTO 60 s', '2.8 s ± 0.3 s', 'RPO 10 s', '11 of 32 acknowledged markers']) expect(text).toContain(figure);
  });

  it('says that an emulated run is no evidence, and does not say it of a real one', () => {
    expect(write(liveRun())).toContain('emulated: no evidence for an auditor');
  });

  it('says why a drill did not pass', () => {
    expect(write(liveRun({ probes: [silent], hold: false }))).toContain('the service did not recover by the deadline: no 5 s of clean answers');
    expect(write(liveRun({ probes: [silent], hold: false }))).toContain('not recovered');
  });

  it('never writes a bare 0 for leftovers', () => {
    expect(write(liveRun())).toMatch(/no marked resource found at onprem-fra and onprem-ams at /);
    expect(write(liveRun({ also: [entry(43, { type: 'leftovers', site: 'onprem-ams', found: 'unknown', detail: 'no answer' })] }))).toContain(
      'unknown at onprem-ams',
    );
    expect(
      write(
        liveRun({ also: [entry(43, { type: 'leftovers', site: 'onprem-ams', found: [{ kind: 'workload', id: idOf('db'), nativeId: 'x' }], detail: '' })] }),
      ),
    ).toContain('1 marked resource left at onprem-ams');
  });

  it('names every gap with its evidence, worst first', () => {
    const text = write(liveRun());
    for (const part of ['IMG-03', 'SVC-01', 'workloads/orders.yaml components.api.env.MAIL_URL', 'DNS-02']) expect(text).toContain(part);
    expect(text.indexOf('SVC-01')).toBeLessThan(text.indexOf('DNS-02'));
  });

  it('shows findings and deviations by people', () => {
    const text = write(
      liveRun({ also: [entry(30, { type: 'finding', text: 'api was replaced' }), entry(31, { type: 'deviation', step: 'mask', by: 'li', text: 'skipped' })] }),
    );
    expect(text).toContain('api was replaced');
    expect(text).toMatch(/mask.*li/s);
  });

  it('is written for every mode', () => {
    expect(write(rehearsal(), samplePlan('rehearse'))).toMatch(/2 of 2 checks/);
    expect(write(isolatedRun(), samplePlan('isolated'))).toMatch(/rehearsed recovery/i);
    expect(write([])).toMatch(/inconclusive/i);
  });
});

describe('a real run', () => {
  it('carries no banner', () => {
    const real = samplePlan('unplanned', { environment: 'real' });
    for (const write of [html, markdown, terminal]) expect(write(liveRun(), real)).not.toContain('no evidence for an auditor');
  });
});

/** Something hostile wherever others can write. */
function hostile(text: string): Entry[] {
  const sample: Sample = {
    probes: [
      summary(
        [
          ['up', text, 1, 10],
          ['down', undefined, 10, 42],
        ],
        { vantage: text, probe: text, file: text, sha256: text },
      ),
    ],
    planned: { from: text, vantages: [text] },
    hold: false,
    canary: canary({ file: text, turns: [{ site: text, first: marker(0, 2), last: marker(30, 9) }] }),
    also: [
      entry(20, { type: 'finding', text }),
      entry(21, { type: 'deviation', step: text, by: text, text }),
      entry(22, { type: 'verified', name: text, ok: false, detail: text }),
      entry(23, { type: 'check', name: text, ok: false, blocking: true, detail: text }),
      entry(24, { type: 'retained', site: text, what: text, why: text }),
      entry(24, { type: 'approval', by: text, asserted: true, before: text, askedAt: at(23), decision: 'approved', reason: text }),
      entry(24, {
        type: 'gap',
        gap: { id: text, title: text, severity: 'S1', confidence: 'observed', evidence: [{ kind: 'observation', ref: text, shows: text }], remediation: text },
      }),
      entry(24, { type: 'unfenced', what: text, missing: text }),
      entry(25, { type: 'created', site: text, id: { ...idOf('x'), role: text }, nativeId: text }),
      entry(25, { type: 'recovery-point', component: text, data: text, key: text, consistentAt: at(5), way: 'out' }),
      entry(25, {
        type: 'step',
        name: text,
        uses: 'script',
        phase: 'verify',
        startedAt: at(24),
        endedAt: at(25),
        attempts: 2,
        result: 'failed',
        error: text,
        site: text,
      }),
      entry(43, { type: 'leftovers', site: text, found: [{ kind: 'workload', id: idOf('db'), nativeId: text }], detail: text }),
    ],
  };
  return liveRun(sample);
}
const hostilePlan = (text: string) =>
  samplePlan('unplanned', {
    workload: text,
    requestedBy: text,
    installation: text,
    declaredLost: { by: text, how: text },
    unfenced: text,
    drill: { name: text, sha256: text },
  });

describe('what others wrote', () => {
  it('is only ever text on the page', () => {
    const quiet = html(hostile('quiet'), hostilePlan('quiet'));
    // Gaps are sorted by id, so rows may change places. Words in the picture come and go with their length.
    const tags = (page: string) =>
      page
        .replaceAll(/<svg[^]*?<\/svg>/g, '')
        .match(/<[a-z!/][^\s>]*/gi)
        ?.toSorted();
    const drawn = (page: string) => [...new Set((page.match(/<svg[^]*?<\/svg>/g) ?? []).flatMap((svg) => svg.match(/<[a-z!/][^\s>]*/gi) ?? []))].toSorted();
    for (const bad of ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onload='alert(1)", '</title></style></svg><b>', '<!--', ']]>']) {
      const page = html(hostile(bad), hostilePlan(bad));
      expect(tags(page)).toEqual(tags(quiet));
      expect(drawn(page)).toEqual(drawn(quiet));
      expect(page.replaceAll(/"[^"]*"/g, '')).not.toMatch(/<[^>]*\son\w+=/);
    }
  });

  it('cannot open a tag, whatever it is', () => {
    const quiet = (html(hostile('x'), hostilePlan('x')).match(/</g) ?? []).length;
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', '`', '=', '/', '\n', 'a', '\u0000', '\u001b', '\u202e'), minLength: 1, maxLength: 12 }),
        (text) => {
          const page = html(hostile(text), hostilePlan(text));
          // A text that vanishes or ends a line leaves some words out of the picture; it never adds a tag.
          expect((page.match(/</g) ?? []).length).toBeLessThanOrEqual(quiet);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('breaks no table, calls nobody and adds no markup in Markdown', () => {
    const bad = '| x | `` ` <b>bold</b> **no** [link](http://evil.example) @octocat\n# heading\n- item';
    const text = markdown(hostile(bad), hostilePlan(bad));
    const quiet = markdown(hostile('quiet'), hostilePlan('quiet'));
    const columns = (page: string) =>
      page
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.replaceAll(/\\./g, '').split('|').length);
    expect(columns(text)).toEqual(columns(quiet));
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(quiet.split('\n').filter((line) => line.startsWith('#')).length);
    const outsideCode = text.replaceAll(/\\./g, '').replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/<b>|\*\*no\*\*|\[link|@octocat|http:\/\/evil/);
  });

  it('moves no cursor and hides nothing in a terminal', () => {
    const bad = 'before\u001B[2Jafter\u0007\r\u202Eevil\u0000\u009b31m';
    // oxlint-disable-next-line no-control-regex
    expect(terminalSummary(recordOf(hostile(bad), hostilePlan(bad))).join('')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
  });
});

describe('the page', () => {
  const page = html(liveRun());

  it('needs no network and runs no script', () => {
    expect(page).toContain("default-src 'none'");
    expect(page.replace(/<code>[^<]*<\/code>: [^<]*/g, '')).not.toMatch(/https?:\/\/|<script|<link|<img|@import|url\((?!#)/);
  });

  it('is for light and dark, phone and paper', () => {
    for (const query of ['prefers-color-scheme: dark', 'max-width: 700px', '@media print', 'name="viewport"']) expect(page).toContain(query);
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [, close, name = '', self] of page.replace('<!doctype html>', '').matchAll(/<(\/?)([a-z0-9]+)(?:"[^"]*"|[^>"])*?(\/?)>/gi)) {
      if (['meta', 'br'].includes(name) || self) continue;
      if (close) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe('the picture', () => {
  const picture = (entries: readonly Entry[], shape: 'wide' | 'narrow' = 'wide', plan = samplePlan()) => timeline(recordOf(entries, plan), entries, shape).text;
  const bars = (svg: string, look: string) =>
    [...svg.matchAll(new RegExp(`<g class="bar ${look}"><title>([^<]*)</title><rect x="([\\d.]+)" y="[\\d.]+" width="([\\d.]+)"`, 'g'))].map(
      ([, title, x, width]) => ({ title, x: Number(x), end: Number(x) + Number(width) }),
    );
  const lineAt = (svg: string, look: string) => Number(new RegExp(`<g class="mark ${look}"><line x1="([\\d.]+)"`).exec(svg)?.[1]);

  it('draws the outage from T0 to T7, to scale', () => {
    const svg = picture(liveRun());
    const [out] = bars(svg, 'down');
    expect(out?.title).toContain('down for 9.3 s');
    expect(out?.x).toBeCloseTo(lineAt(svg, 'lost'), 0);
    expect(out?.end).toBeCloseTo(lineAt(svg, 'back'), 0);
    const perSecond = (lineAt(svg, 'target') - lineAt(svg, 'lost')) / 60;
    expect((lineAt(svg, 'back') - lineAt(svg, 'lost')) / perSecond).toBeCloseTo(9.25, 1);
  });

  it('shows who answered, before and after', () => {
    expect(bars(picture(liveRun()), 'source').map(({ title }) => title)).toContain('up for 9 s, answered by onprem-fra');
    expect(bars(picture(liveRun()), 'target').map(({ title }) => title)).toContain('up for 16.8 s, answered by onprem-ams');
  });

  it('shows silences of writes and the data that was lost', () => {
    expect(bars(picture(liveRun()), 'silence').map(({ title }) => title)).toEqual([
      'no write was acknowledged for 9.5 s',
      'no write was acknowledged for 2.2 s',
    ]);
    expect(bars(picture(liveRun()), 'lost')).toMatchObject([{ title: '11 of 32 acknowledged markers are lost' }]);
    expect(bars(picture(liveRun({ read: reading(32, 0) })), 'lost')).toEqual([]);
  });

  it('draws what is unknown as unknown', () => {
    const holed = liveRun({ probes: [summary([...OUT_AND_BACK.slice(0, 2), ['unknown', undefined, 19.25, 22], ['up', 'onprem-ams', 22, 36]])] });
    expect(bars(picture(holed), 'unknown')).toMatchObject([{ title: 'unknown for 2.8 s' }]);
  });

  it('marks every point of the clock and the RTO, on levels that keep their labels apart', () => {
    const svg = picture(liveRun());
    const chips = [
      ...svg.matchAll(/<g class="mark \w+"><title>[^<]*<\/title><rect x="([-\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*\/><text[^>]*>([^<]*)</g),
    ].map(([, x, y, width, label]) => ({ x: Number(x), y: Number(y), width: Number(width), label }));
    expect(chips.map(({ label }) => label).toSorted()).toEqual(['RTO 60 s', 'T0', 'T1', 'T10', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9']);
    for (const one of chips)
      for (const other of chips) if (one !== other && one.y === other.y) expect(one.x + one.width <= other.x || other.x + other.width <= one.x).toBe(true);
  });

  it('points to an RTO that is beyond the picture', () => {
    expect(picture(liveRun(), 'narrow')).toContain('RTO 60 s →');
    expect(lineAt(picture(liveRun(), 'narrow'), '(?:target|beyond)')).toBeNaN();
  });

  it('stays inside its frame at both widths', () => {
    for (const shape of ['wide', 'narrow'] as const) {
      const svg = picture(liveRun(), shape);
      const width = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
      for (const [, x, w] of svg.matchAll(/<rect x="([-\d.]+)" y="[\d.]+" width="([\d.]+)"/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x) + Number(w)).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe('the closing lines of a terminal', () => {
  const record: DrillRecord = recordOf(liveRun());

  it('are painted only by the one who asks for it', () => {
    const painted = terminalSummary(record, { paint: (style, text) => `<${style}>${text}</>` });
    expect(painted[0]).toBe('<good>PASSED</>  <strong>orders: onprem-fra → onprem-ams</>, unplanned');
    expect(painted.map((line) => line.replaceAll(/<\w+>|<\/>/g, ''))).toEqual(terminalSummary(record));
  });

  it('end with where everything lies', () => {
    expect(terminalSummary(record, { paths: { report: '/tmp/report.html', 'Temporal UI': 'http://127.0.0.1:8233' } }).slice(-2)).toEqual([
      '  report              /tmp/report.html',
      '  Temporal UI         http://127.0.0.1:8233',
    ]);
  });
});
