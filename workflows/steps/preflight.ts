import type { Check } from '../../activities/contract.ts';
import { act } from '../act.ts';
import { Stopped } from '../run.ts';
import type { Scene } from './scene.ts';

/** Looks, changes nothing. A blocking check that fails ends the run before anything is touched. */
export async function preflight({ run }: Scene): Promise<void> {
  const { plan } = run;
  const seen: Check[] = [];
  for (const { name, run: program, timeoutSeconds } of plan.guards) {
    const env = { MUSTER_DRILL: plan.drill.name, MUSTER_FROM: plan.from.site, MUSTER_TO: plan.to.site };
    const done = await act(
      'runScript',
      { summary: `guard ${name}`, within: timeoutSeconds, attempts: 2 },
      { name, run: program, timeoutSeconds, reads: [], env },
    );
    seen.push({ name: `guard ${name}`, ok: done.ok, blocking: true, detail: done.ok ? 'passed' : `exit ${done.exitCode}: ${done.output.slice(-300)}` });
  }
  const { checks, gaps } = await act('preflight', { summary: `look at ${plan.from.site}, ${plan.to.site}, route and store`, within: 60 }, plan);
  seen.push(...checks);
  for (const check of seen) run.note({ type: 'check', ...check });
  for (const gap of [...plan.gaps, ...gaps]) run.note({ type: 'gap', gap });
  if (plan.unfenced) run.note({ type: 'finding', text: `not isolated: ${plan.unfenced}` });
  const blocking = seen.find((check) => check.blocking && !check.ok);
  if (blocking) throw new Stopped(`${blocking.name}: ${blocking.detail}`);
}
