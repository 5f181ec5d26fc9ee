import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { onStderr as pc } from './paint.ts';
import { approveOnce, planExample, putExample } from '../lab/exampleDrill.ts';
import { CLOUDS, HAS_CLOUDS } from '../lab/clouds.ts';
import { ON_PREM } from '../lab/ordersProject.ts';
import { newStandFolder } from '../lab/stale.ts';
import { type Stand, startStand } from '../lab/stand.ts';
import { EXIT, INTERRUPTED, UserError } from './errors.ts';
import { follow } from './follow.ts';
import { untilInterrupted } from './interrupt.ts';
import { showResult } from './run.ts';
import { startDrill } from './startDrill.ts';
import { whoAmI } from './whoAmI.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const ORDERS_PER_SECOND = 20;

const SITES = [...ON_PREM, ...CLOUDS];

interface Options {
  readonly json?: boolean;
  readonly from: string;
  readonly to: string;
}

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('a real drill on this machine: a service with data is lost at one site, comes back at another, and goes home')
    .option('--json', 'put the record, and only it, on stdout')
    .addOption(new Option('--from <site>', 'where it is lost').choices(SITES).default('onprem-fra'))
    .addOption(new Option('--to <site>', 'where it comes back').choices(SITES).default(HAS_CLOUDS ? 'gcp' : 'onprem-ams'))
    .action(async ({ json, from, to }: Options) => {
      if (from === to) throw new UserError(`a drill goes from one site to another, not from ${from} to ${to}`);
      if (!HAS_CLOUDS && [from, to].some((site) => CLOUDS.some((cloud) => cloud === site)))
        throw new UserError('the clouds of the lab need Linux; here are onprem-fra and onprem-ams');
      const { signal, interrupted } = untilInterrupted();
      say(`starting a Temporal server, a worker, a store, a route, and the sites ${from} and ${to} on this machine`);
      const stand = await startStand({ folder: await newStandFolder(join(REPOSITORY, '.muster', 'demo')), ports: [7233, 8233], pair: { from, to } });
      try {
        await runDemo(stand, signal, json === true);
        if (process.stderr.isTTY && !signal.aborted) {
          say('everything stays up for you to look at; Ctrl-C ends it');
          await interrupted;
        }
      } finally {
        await stand.stop();
      }
    });
}

async function runDemo(stand: Stand, signal: AbortSignal, json: boolean): Promise<void> {
  const plan = await planExample(stand, 'unplanned', whoAmI());
  say(`putting ${plan.workload} at ${plan.from.site}`);
  await putExample(stand, plan);
  say(`clients place ${ORDERS_PER_SECOND} orders a second through ${stand.lab.routeUrl}`);
  const load = startLoad(stand);
  try {
    const handle = await startDrill(stand.client, plan);
    const page = `${stand.server.uiUrl}/${encodeURIComponent(handle.workflowId)}`;
    say(`${pc.bold('losing')} ${plan.from.site}; step by step at ${page}`);
    const result = await follow(stand.client, handle, { objectives: plan.objectives, signal, onStatus: approveOnce(handle) });
    if (!result) {
      say('interrupted; the demo takes everything down');
      process.exitCode = INTERRUPTED;
      return;
    }
    const clients = await load.end();
    await showResult(result, json, { 'Temporal UI': page, clients });
    process.exitCode = EXIT[result.verdict];
  } finally {
    await load.end();
  }
}

function startLoad({ lab, folder }: Stand): { end(): Promise<string> } {
  const args = [join(REPOSITORY, 'lab/load/main.ts'), '--url', lab.routeUrl, '--rate', String(ORDERS_PER_SECOND), '--ledger', join(folder, 'orders.jsonl')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const gone = once(child, 'exit');
  return {
    async end() {
      child.kill('SIGTERM');
      await gone;
      const { acknowledged, sent }: { acknowledged?: number; sent?: number } = JSON.parse(said || '{}');
      return `${sent} orders sent, ${acknowledged} acknowledged; ledger ${join(folder, 'orders.jsonl')}`;
    },
  };
}

function say(text: string): void {
  process.stderr.write(`${pc.dim('demo')} ${text}\n`);
}
