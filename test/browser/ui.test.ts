import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scheduleOptions } from '../../cli/scheduled.ts';
import { drillOf, loadProject } from '../../cli/project.ts';
import { quarterOf } from '../../drills/attributes.ts';
import { savedViews } from '../../cli/savedViews.ts';
import { follow } from '../../cli/follow.ts';
import { startDrill } from '../../cli/startDrill.ts';
import type { ShortForm } from '../../drills/record.ts';
import { approveOnce, planExample, putExample } from '../../lab/exampleDrill.ts';
import { type Stand, startStand } from '../../lab/stand.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let stand: Stand;
let browser: Browser;
let page: Page;
let run: string;
let result: ShortForm;

beforeAll(async () => {
  stand = await startStand({ folder: mkdtempSync(join(tmpdir(), 'browser-')), backupEvery: 1, objectives: { hold: '1s' } });
  const plan = await planExample(stand, 'unplanned');
  await putExample(stand, plan);
  const handle = await startDrill(stand.client, plan);
  run = handle.workflowId;
  const seen = await follow(stand.client, handle, {
    objectives: plan.objectives,
    signal: AbortSignal.timeout(90_000),
    onStatus: approveOnce(handle),
  });
  if (!seen) throw new Error('the drill did not end within 90 s');
  result = seen;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  // The timeline draws only the rows that fit.
  page = await browser.newPage({ viewport: { width: 1400, height: 5000 } });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await stand?.stop();
}, 60_000);

/** The UI shows Markdown in frames of their own. */
async function wholeText(): Promise<string> {
  const texts = await Promise.all(page.frames().map((frame) => frame.innerText('body').catch(() => '')));
  return texts.join('\n');
}

async function shown(text: string): Promise<void> {
  const until = Date.now() + 20_000;
  while (!(await wholeText()).includes(text)) {
    if (Date.now() > until) throw new Error(`no ${text} within 20 s`);
    await page.waitForTimeout(200);
  }
}

/** Text of the page once it shows what is waited for; a page that came up empty on a busy machine is opened again. */
async function textOf(url: string, wanted: string, tab?: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    await page.goto(url);
    try {
      if (tab !== undefined) {
        // A tab that is opened before the run has come stays empty.
        await shown('"verdict"');
        await page.getByText(tab, { exact: true }).first().click();
      }
      await shown(wanted);
      return await wholeText();
    } catch (error) {
      if (attempt === 4) throw new Error(`${url} does not show ${wanted}: ${(await wholeText()).slice(0, 2000)}`, { cause: error });
    }
  }
}

const runPage = () => `${stand.server.uiUrl}/${encodeURIComponent(run)}`;

describe('the Temporal UI, for a person who knows nothing of the code', () => {
  it('lists the drill by its name and as completed', async () => {
    const text = await textOf(stand.server.uiUrl, run);
    expect(text.toLowerCase()).toContain('completed');
  });

  it('installs the saved view of all drills by the link that history prints', async () => {
    const [all] = savedViews(new URL(stand.server.uiUrl).origin, 'drills', quarterOf(new Date()));
    expect(await textOf(all?.url ?? '', run)).toContain('All drills');
  });

  it('tells the story of the drill in its timeline', async () => {
    await textOf(runPage(), 'see that onprem-fra serves');
    for (const told of [
      'see that onprem-fra serves',
      'see that onprem-fra cannot write any more',
      'start db at onprem-ams',
      'start api at onprem-ams',
      'point orders at onprem-ams',
      'see onprem-ams serve for 1 s',
      'read the canary at onprem-ams',
      'start db at onprem-fra with its data',
      'point orders back at onprem-fra',
    ]) {
      await shown(told);
    }
  });

  it('shows the short form of the record as the result', async () => {
    const text = await textOf(runPage(), '"verdict"');
    expect(text).toContain(`"verdict": "${result.verdict}"`);
    expect(text).toContain(result.reasons[0] ?? 'no reason');
  });

  it('shows summary, targets and verdict in its details, and that an emulated drill is no evidence', async () => {
    const text = await textOf(runPage(), 'unplanned: passed', 'User Metadata');
    expect(text).toContain('orders: onprem-fra to onprem-ams, unplanned');
    expect(text).toContain('RTO 60 s, RPO 10 s');
    expect(text).toContain('unplanned: passed');
    expect(text).toContain('Emulated: no evidence for an auditor.');
  });

  it('holds the figures as search attributes', async () => {
    const text = await textOf(runPage(), 'RtaSeconds', 'Search Attributes');
    for (const name of ['DrillVerdict', 'RtoMet', 'RpaSeconds', 'OpenGaps', 'Leftovers', 'Quarter', 'DrillMark', 'Vendors']) expect(text).toContain(name);
  });

  it('reads the schedule as a sentence', async () => {
    const project = await loadProject(stand.lab.project);
    const { options } = scheduleOptions(project, drillOf(project, 'orders-to-ams'), 'ana@example.com');
    await stand.client.schedule.create({ ...options, state: { paused: true, note: 'made for this test' } });
    const text = await textOf(`${new URL(stand.server.uiUrl).origin}/namespaces/drills/schedules/${encodeURIComponent(options.scheduleId)}`, 'Europe/Dublin');
    expect(text).toContain('At 09:00 on Tuesday on days 1-7 of January, April, July, and October');
    expect(text).toContain('made for this test');
  });

  it('opens the report without any network, with picture, verdict and gaps', async () => {
    await page.goto(pathToFileURL(join(result.evidence, 'report.html')).href);
    const text = await page.innerText('body');
    expect(text).toContain('passed');
    expect(text).toContain('RUN-01');
    expect(await page.locator('svg').count()).toBeGreaterThan(0);
    await page.screenshot({ path: join(result.evidence, 'report.png'), fullPage: true });
  });
});
