import Table from 'cli-table3';
import type { Mode } from '../../drills/schema/names.ts';
import { machine } from '../bench/machine.ts';
import { drillPair, type PairResult } from './drillPair.ts';
import { PAIRED, type PairedSite } from './site.ts';

/** Once for each adapter, with it as the target; and every ordered pair unplanned. */
const MORE_MODES: Readonly<Record<PairedSite, PairedSite>> = { aws: 'onprem-fra', gcp: 'onprem-fra', azure: 'onprem-fra', 'onprem-fra': 'gcp' };

const only = process.argv.slice(2);
const pairs = PAIRED.flatMap((from) => PAIRED.filter((to) => to !== from).map((to) => ({ from, to })));
const chosen = pairs.filter(({ from, to }) => only.length === 0 || only.includes(`${from}:${to}`));
if (chosen.length === 0) {
  console.error(`there is no such pair; there are ${pairs.map(({ from, to }) => `${from}:${to}`).join(' ')}`);
  process.exit(2);
}
console.log(`${machine()}; every site is emulated on this machine`);

const results: (PairResult | { readonly from: string; readonly to: string; readonly error: unknown })[] = [];
for (const { from, to } of chosen) {
  const modes: Mode[] = MORE_MODES[to] === from ? ['unplanned', 'isolated', 'planned'] : ['unplanned'];
  try {
    for await (const result of drillPair(from, to, modes)) {
      results.push(result);
      console.log(`${from} → ${to} ${result.mode}: ${result.record.verdict.outcome}; ${result.record.verdict.reasons.join('; ')}`);
      for (const each of result.changes) console.log(`  ${each}`);
    }
  } catch (error) {
    results.push({ from, to, error });
    console.log(`${from} → ${to}: ${String(error)}`);
  }
}

const table = new Table({
  head: ['pair', 'mode', 'verdict', 'RTA s', 'RPA s', 'back s', 'leftovers', 'sites before = after'],
  style: { head: [], border: [], compact: true },
});
const figure = (value: number | undefined) => (value === undefined ? '' : value.toFixed(1));
let failed = 0;
for (const result of results) {
  const pair = `${result.from} → ${result.to}`;
  if ('error' in result) {
    failed++;
    table.push([pair, '', 'the runner broke', '', '', '', '', '']);
    continue;
  }
  const { record, mode, changes } = result;
  const { rta, rehearsedRta, rpa, failback } = record.measures;
  const left = record.resources.leftovers === 'unknown' ? 'unknown' : String(record.resources.leftovers.length);
  if (record.verdict.outcome !== 'passed' || left !== '0' || changes.length > 0 || record.environment !== 'emulated') failed++;
  table.push([
    pair,
    mode,
    record.verdict.outcome,
    figure(rta?.service ?? rehearsedRta),
    figure(rpa?.byCanary),
    figure(failback?.rta),
    left,
    changes.length === 0 ? 'yes' : `no: ${changes.length} differ`,
  ]);
}
console.log(table.toString());
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
