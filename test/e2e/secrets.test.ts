import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillOf, loadProject, planOf } from '../../cli/project.ts';
import type { ShortForm } from '../../drills/record.ts';
import { type RunningCloud, startCloud } from '../../lab/clouds.ts';
import { putExample } from '../../lab/exampleDrill.ts';
import type { Fault } from '../../lab/faults.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';
import { editYaml } from '../../lab/ordersProject.ts';
import type { Stand } from '../../lab/stand.ts';
import { everyProcess } from '../crash/processes.ts';
import { approved, begin, evidenceOf, putHome, REQUESTER } from './support/drills.ts';
import { endMusters, type Ended, muster, startMuster } from './support/muster.ts';
import { startQuickStand } from './support/quickStand.ts';
import { leakedIn, textOfHistory } from './support/secret.ts';

/** Of the operator's environment: what workloads, the store and nobody at all are given. */
const OWN = {
  'the secret of the workload': 'tok/+=&%"ä-0c94a1d27b',
  'the key of the store': 'st0re/Secret+Key&of=the-store',
  'what nobody asked for': 'payroll-p4ssw0rd-of-another-system',
} as const;
/** Whoever holds one of these words has a signed URL or a bearer's token. */
const TELLTALES = { 'a signed URL': 'X-Amz-Signature', 'a credential of a signed URL': 'STORE-KEY-ID-7TZQ' } as const;
const ENVIRONMENT = {
  MUSTER_E2E_TOKEN: OWN['the secret of the workload'],
  MUSTER_E2E_STORE: `${TELLTALES['a credential of a signed URL']}:${OWN['the key of the store']}`,
  MUSTER_E2E_PAYROLL: OWN['what nobody asked for'],
};

const MOVES = 'orders-aws-to-gcp';
const REFUSED = 'spare-to-azure';

let stand: Stand;
const clouds: RunningCloud[] = [];
const secrets: Record<string, string> = { ...OWN, ...TELLTALES };
const results: Record<string, ShortForm> = {};
let inArguments: readonly string[] = [];
let inEnvironments: readonly string[] = [];

/** Vendors repeat in their refusals what they were asked: the harshest is one that repeats all of it. */
const repeatsUrl = 'orders at https://store.invalid/x?X-Amz-Date=20261124T160550Z&X-Amz-Signature=0c94a1d2 is not allowed';
const repeatsAll = `Value '${OWN['the secret of the workload']}' of BACKUP_TOKEN is not allowed, nor ${repeatsUrl}`;

async function plant(cloud: RunningCloud | undefined, fault: Fault): Promise<void> {
  const answer = await fetch(`${cloud?.admin}/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Not before the drill is approved: what a preflight asks is not to meet them. */
const REFUSALS: Readonly<Record<string, readonly (readonly [RunningCloud['name'], Fault])[]>> = {
  [MOVES]: [
    ['gcp', { call: 'compute.instances.bulkInsert', times: 2, how: { kind: 'refuse', status: 503, code: 'backendError', message: repeatsAll } }],
    ['aws', { call: 'StartInstances', times: 2, how: { kind: 'refuse', status: 500, code: 'InternalError', message: repeatsUrl } }],
  ],
  [REFUSED]: [
    ['azure', { call: 'VirtualMachines_CreateOrUpdate', times: 'always', how: { kind: 'refuse', status: 400, code: 'InvalidParameter', message: repeatsAll } }],
  ],
};

async function drill(name: string): Promise<void> {
  const project = await loadProject(stand.lab.project);
  const plan = planOf(project, drillOf(project, name), { mode: 'unplanned', as: REQUESTER, trigger: 'on demand' });
  const handle = await begin(stand, plan);
  await approved(handle, async () => {
    for (const [cloud, fault] of REFUSALS[name] ?? []) {
      await plant(
        clouds.find((each) => each.name === cloud),
        fault,
      );
    }
  });
  results[name] = await handle.result();
}

/** Command lines that hold a secret, and environments that hold what only the worker was given, looked at all the time. */
function watchProcesses(): { stop(): { arguments: string[]; environments: string[] } } {
  const [lines, environments] = [new Set<string>(), new Set<string>()];
  const onlyTheWorkers = Object.fromEntries(Object.entries(secrets).filter(([name]) => name !== 'the secret of the workload'));
  const look = () => {
    for (const { pid, command, env } of everyProcess()) {
      for (const name of leakedIn(command, secrets)) lines.add(`${name}: ${command}`);
      const another = pid !== stand.worker.pid && env['MUSTER_TEST'] === process.env['MUSTER_TEST'];
      if (another) for (const name of leakedIn(JSON.stringify(env), onlyTheWorkers)) environments.add(`${name}: ${command}`);
    }
  };
  const timer = setInterval(look, 500);
  return {
    stop() {
      clearInterval(timer);
      return { arguments: [...lines], environments: [...environments] };
    },
  };
}

/** What each cloud takes for proof of who asks. */
async function credentialsOf({ name, environment }: RunningCloud): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (name === 'aws' && variable === 'AWS_SHARED_CREDENTIALS_FILE')
      for (const [, key = ''] of (await readFile(value, 'utf8')).matchAll(/aws_secret_access_key = (\S+)/g)) all[`the AWS key ${key.slice(-6)}`] = key;
    if (name === 'gcp' && variable.startsWith('LAB_GCP_'))
      all[`the Google token of ${variable}`] = (await readFile(value.replace(/\.json$/, '.token'), 'utf8')).trim();
    if (name === 'azure' && variable.startsWith('LAB_AZURE_')) all[`the Azure secret of ${variable}`] = value.split(':')[2] ?? '';
  }
  return all;
}

const needed = (await ownRoot()) !== undefined;
const extra = needed ? mkdtempSync(join(tmpdir(), 'secrets-')) : '';

describe.skipIf(!needed)('what is secret, in drills between two clouds and from on-prem to a third that refuses', () => {
  beforeAll(async () => {
    for (const name of ['gcp', 'azure'] as const) clouds.push(await startCloud(name, { folder: join(extra, name) }));
    stand = await startQuickStand({
      pair: { from: 'aws', to: 'onprem-fra' },
      copies: ['spare'],
      workerEnv: Object.assign({}, ENVIRONMENT, ...clouds.map(({ environment }) => environment)),
      edits: {
        'muster.yaml': [...clouds.map(({ name, site }) => [['sites', name], site] as const), [['stores', 'neutral', 'credentials'], 'env:MUSTER_E2E_STORE']],
        'workloads/orders.yaml': [
          [['components', 'db', 'secrets'], { BACKUP_TOKEN: 'env:MUSTER_E2E_TOKEN' }],
          [['components', 'api', 'secrets'], { BACKUP_TOKEN: 'env:MUSTER_E2E_TOKEN' }],
          [['components', 'db', 'data', 'orders', 'lease'], '10s'],
        ],
        'drills/spare-to-ams.yaml': [
          [['drill'], REFUSED],
          [['to'], 'azure'],
          [['deadline'], '15s'],
          [['objectives', 'rto'], '15s'],
          [['verify'], []],
        ],
      },
    });
    const { project } = stand.lab;
    const drills = join(project, 'drills');
    await editYaml(
      join(drills, 'orders-aws-to-onprem-fra.yaml'),
      [
        [['drill'], MOVES],
        [['to'], 'gcp'],
      ],
      join(drills, `${MOVES}.yaml`),
    );
    if (stand.clouds.aws) clouds.push(stand.clouds.aws);
    for (const cloud of clouds) Object.assign(secrets, await credentialsOf(cloud));
    const loaded = await loadProject(project);
    await Promise.all([
      putExample(stand, planOf(loaded, drillOf(loaded, MOVES), { mode: 'unplanned', as: REQUESTER, trigger: 'on demand' })),
      putHome(stand, 'spare'),
    ]);
    const watch = watchProcesses();
    await Promise.all([drill(MOVES), drill(REFUSED)]);
    ({ arguments: inArguments, environments: inEnvironments } = watch.stop());
  }, 300_000);

  afterAll(async () => {
    await endMusters();
    await stand?.stop();
    for (const cloud of clouds) if (cloud !== stand?.clouds.aws) await cloud.stop();
    if (extra) rmSync(extra, { recursive: true, force: true });
  }, 60_000);

  it('was asked for on the way: one drill passes in spite of refusals, one fails by them', async () => {
    expect(Object.keys(secrets)).toHaveLength(11);
    expect(results[MOVES]).toMatchObject({ verdict: 'passed', leftovers: 0 });
    expect(results[REFUSED]).toMatchObject({ verdict: 'failed', leftovers: 0, reasons: expect.arrayContaining([expect.stringContaining('is not allowed')]) });
    const { journal } = await evidenceOf(results[MOVES] ?? expect.fail('it has no result'));
    expect(journal.filter((entry) => entry.type === 'canary-read' && entry.way === 'back')).toHaveLength(1);
  });

  it('stands in no history, neither decoded nor as Temporal keeps it', async () => {
    const leaks: string[] = [];
    let histories = 0;
    for await (const { workflowId, runId } of stand.client.workflow.list()) {
      histories++;
      leaks.push(
        ...leakedIn(textOfHistory(await stand.client.workflow.getHandle(workflowId, runId).fetchHistory()), secrets).map((name) => `${workflowId}: ${name}`),
      );
    }
    expect(histories).toBeGreaterThanOrEqual(8);
    expect(leaks).toEqual([]);
  });

  it('stands in no memo and no search attribute', async () => {
    const leaks: string[] = [];
    for await (const { memo, searchAttributes, workflowId } of stand.client.workflow.list())
      leaks.push(...leakedIn(JSON.stringify([memo, searchAttributes]), secrets).map((name) => `${workflowId}: ${name}`));
    expect(leaks).toEqual([]);
  });

  it('stands in no file of a run, no database of the server and no log', () => {
    const kept = [...filesBelow(join(stand.stateFolder, 'runs')), ...filesBelow(join(stand.folder, 'temporal'))];
    const files = [...kept, ...readdirSync(stand.folder).flatMap((name) => (name.endsWith('.log') ? [join(stand.folder, name)] : []))];
    const wanted = ['record.json', 'journal.json', 'plan.json', 'report.md', 'report.html', 'worker.log'];
    expect(wanted.filter((name) => !files.some((file) => file.endsWith(name)))).toEqual([]);
    const leaks = files.flatMap((file) => leakedIn(readFileSync(file, 'latin1') + readFileSync(file, 'utf8'), secrets).map((name) => `${file}: ${name}`));
    expect(leaks).toEqual([]);
  });

  it('is told by no command', async () => {
    const runs = Object.entries(results).map(([name, { evidence }]) => ({ name, id: readFileSync(join(evidence, 'record.json'), 'utf8') }));
    const ids = runs.map(({ id }) => /"workflowId": "([^"]+)"/.exec(id)?.[1] ?? '');
    const told: Ended[] = [];
    for (const id of ids)
      for (const args of [
        ['report', id],
        ['report', id, '--json'],
        ['status', id],
      ])
        told.push(await muster(stand, ...args));
    const env = Object.assign({}, stand.env, ENVIRONMENT, ...clouds.map(({ environment }) => environment));
    const own = (...args: string[]) => startMuster(args, { cwd: stand.lab.project, env }).ended;
    told.push(await own('history'), await own('gaps'), await own('plan', MOVES, '--json'), await own('plan', REFUSED), await own('doctor'));
    told.push(await own('run', REFUSED, '--mode', 'isolated', '--json', '--as', REQUESTER));
    told.push(await own('--debug', 'report', 'drill/no-such-run'), await own('--debug', 'run', 'no-such-drill'));
    told.push(await own('sweep', '--dry-run'));
    expect(told.map(({ code }) => code).filter((code) => code === 0).length).toBeGreaterThanOrEqual(10);
    expect(told.flatMap(({ stdout, stderr }) => leakedIn(stdout + stderr, secrets))).toEqual([]);
    expect(told.filter(({ stdout, stderr }) => /ya29\.|Bearer ey/.test(stdout + stderr))).toEqual([]);
  });

  it('stood in no command line', () => {
    expect(inArguments).toEqual([]);
  });

  it('was given to no process but the worker, but for what the workload asked for', () => {
    expect(inEnvironments).toEqual([]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
