import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrillRecord, drillRecord } from '../../drills/record.ts';
import { STAND_ENV } from '../../lab/stale.ts';
import { everyProcess, listeners, processesOf } from '../crash/processes.ts';
import { parentOf } from './support/parentOf.ts';
import { type Ended, endMusters, type Muster, startMuster } from './support/muster.ts';
import { settled } from './support/settled.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Demo {
  /** Of its stand: server, worker, store, route and sites lie or run below it. */
  readonly folder: string;
  readonly ended: Ended;
}

/** Whoever says nothing sees a service go to a cloud. */
const DEMOS = [
  { args: [], to: 'gcp', drill: 'orders-onprem-fra-to-gcp' },
  { args: ['--to', 'onprem-ams'], to: 'onprem-ams', drill: 'orders-to-ams' },
] as const;

let killed: { readonly folder: string; readonly leftRunning: readonly string[] };
let interrupted: Demo;
let demos: readonly Demo[] = [];

beforeAll(async () => {
  [killed, interrupted] = await Promise.all([killInTheMiddle(), interrupt()]);
  demos = await Promise.all(DEMOS.map(({ args }) => toItsEnd(args)));
}, 240_000);

afterAll(endMusters);

/** As `npm run --silent demo -- --json </dev/null` starts it. */
function startDemo(args: readonly string[] = []): Muster {
  return startMuster(['demo', '--json', ...args], { cwd: ROOT });
}

async function toItsEnd(args: readonly string[]): Promise<Demo> {
  const demo = startDemo(args);
  const [folder, ended] = await Promise.all([folderOf(demo), demo.ended]);
  return { folder, ended };
}

/** While the service is gone: the site is cut, the target not yet there. */
async function killInTheMiddle(): Promise<typeof killed> {
  const demo = startDemo();
  const folder = await folderOf(demo);
  await demo.says(/✔ disrupt/);
  demo.signal('SIGKILL');
  await demo.ended;
  return { folder, leftRunning: leftOf(folder) };
}

async function interrupt(): Promise<Demo> {
  const demo = startDemo();
  const folder = await folderOf(demo);
  await demo.says(/losing onprem-fra/);
  demo.signal('SIGINT');
  return { folder, ended: await demo.ended };
}

/** Every process that it starts is told the folder; those that it starts itself are its children. */
async function folderOf({ pid, said }: Muster): Promise<string> {
  const look = async () => everyProcess().find((each) => each.env[STAND_ENV] !== undefined && parentOf(each.pid) === pid)?.env[STAND_ENV];
  for (let tries = 0; tries < 12; tries++) {
    const folder = await settled(look, (seen) => seen !== undefined);
    if (folder !== undefined) return folder;
  }
  throw new Error(`demo ${pid} has started nothing; it said: ${said()}`);
}

/** What runs for a stand, whether it says so in its environment, its command line or by where it runs. */
function leftOf(folder: string): string[] {
  const byFolder = processesOf(folder);
  const byEnvironment = everyProcess().filter(({ env }) => env[STAND_ENV] === folder);
  return [...new Map([...byFolder, ...byEnvironment].map((each) => [each.pid, `${each.pid} ${each.command}`])).values()];
}

function recordOf({ ended }: Demo): DrillRecord {
  return drillRecord.parse(JSON.parse(ended.stdout));
}

describe.each(DEMOS.entries().toArray())('of two demos at the same time, number %i', (index, { to, drill: name }) => {
  const demo = (): Demo => demos[index] ?? { folder: '', ended: { code: null, stdout: '', stderr: '' } };

  it('passes, ends with 0, and has the record and nothing else on stdout', () => {
    expect(demo().ended).toMatchObject({ code: 0 });
    const { verdict, mode, environment, drill } = recordOf(demo());
    expect({ outcome: verdict.outcome, mode, environment, drill: drill.name }).toEqual({
      outcome: 'passed',
      mode: 'unplanned',
      environment: 'emulated',
      drill: name,
    });
  });

  it('measured a recovery and a loss of data with their errors, and went home', () => {
    const { measures, clock } = recordOf(demo());
    expect(measures.rta.service).toBeGreaterThan(0);
    expect(measures.rta.plusMinus).toBeGreaterThan(0);
    expect(measures.rpa.byRecoveryPoint).toBeGreaterThan(0);
    expect(measures.canary?.acknowledged).toBeGreaterThan(0);
    expect([measures.failback?.rta, clock.t10]).toEqual([expect.any(Number), expect.any(String)]);
  });

  it('was approved by the demo itself, and says so', () => {
    expect(recordOf(demo()).approvals).toMatchObject([
      { by: 'the demo itself', decision: 'approved', reason: 'given by the demo itself: no person was asked' },
    ]);
  });

  it('lists at least three vendor-independence gaps, each with evidence', () => {
    const { gaps } = recordOf(demo());
    expect(gaps.length).toBeGreaterThanOrEqual(3);
    for (const { evidence } of gaps) expect(evidence.length).toBeGreaterThan(0);
  });

  it('says verdict, figures, report and UI on stderr, in plain text', () => {
    const { stderr } = demo().ended;
    expect(stderr.split('\n')).toContain(`PASSED  orders: onprem-fra → ${to}, unplanned`);
    expect(stderr).toMatch(/Recovery time .*RTO 60 s/);
    expect(/Left behind +no marked resource found at (\S+) and (\S+)/.exec(stderr)?.slice(1).toSorted()).toEqual([to, 'onprem-fra'].toSorted());
    expect(stderr).toMatch(/Temporal UI +http:\/\/127\.0\.0\.1:\d+\/namespaces\/drills\/workflows\/drill/);
    expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
    const report = /^ +report +(\S+)$/m.exec(stderr)?.[1] ?? '';
    expect(report.startsWith(demo().folder)).toBe(true);
    expect(existsSync(report)).toBe(true);
  });

  it('leaves no process', () => {
    expect(leftOf(demo().folder)).toEqual([]);
  });
});

describe('a demo that was killed in the middle', () => {
  it('leaves its server, its worker and its sites behind, as it must', () => {
    expect(killed.leftRunning.join('\n')).toMatch(/start-dev/);
    expect(killed.leftRunning.join('\n')).toMatch(/worker\/main\.ts/);
    expect(killed.leftRunning.length).toBeGreaterThan(4);
  });

  it('has been cleaned up by the next demo', () => {
    expect(leftOf(killed.folder)).toEqual([]);
  });
});

describe('a demo that was interrupted', () => {
  it('takes everything down and says nothing about a verdict', () => {
    expect(interrupted.ended).toMatchObject({ code: 130, stdout: '' });
    expect(leftOf(interrupted.folder)).toEqual([]);
  });
});

it('leaves nobody listening', () => {
  const mine = new Set(
    everyProcess().flatMap(({ pid, env }) => (env['MUSTER_TEST'] === process.env['MUSTER_TEST'] && env[STAND_ENV] !== undefined ? [pid] : [])),
  );
  expect(listeners().filter(({ pid }) => mine.has(pid))).toEqual([]);
});
