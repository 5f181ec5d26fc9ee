import { setCurrentDetails } from '@temporalio/workflow';
import type { Plan } from '../drills/plan.ts';
import type { ShortForm } from '../drills/record.ts';
import type { RunStatus, StepState } from './messages.ts';

interface Shown {
  readonly plan: Plan;
  status(): RunStatus;
}

const SIGN: Record<StepState, string> = { waiting: '·', running: '▶', paused: '⏸', done: '✔', failed: '✘', skipped: '↷', aborted: '■' };

/** The live page in the Temporal UI (User Metadata, Current Details). Costs no event. */
export function showDetails(shown: Shown): void {
  setCurrentDetails(details(shown.plan, shown.status()));
}

function details(plan: Plan, { phase, steps, waitingFor, t0, recoveredAt, stopping }: RunStatus): string {
  const lines = [`# ${plan.workload}: ${plan.from.site} → ${plan.to.site}, ${plan.mode}`, ''];
  if (plan.environment === 'emulated') lines.push('**Emulated: no evidence for an auditor.**', '');
  if (stopping !== undefined) lines.push(`**Stopping:** ${stopping}`, '');
  if (waitingFor?.what === 'approval')
    lines.push(`**Waiting for approval** by ${waitingFor.role} (${waitingFor.people.join(', ')}) until ${waitingFor.until}: send the update \`approve\``, '');
  if (waitingFor?.what === 'decision')
    lines.push(`**Step ${waitingFor.step} failed:** ${waitingFor.error}`, `Send the update \`retry\`, \`skip\` or \`abort\` before ${waitingFor.until}`, '');
  lines.push(
    `Phase **${phase}**${t0 ? ` · service lost at ${t0}` : ''}${recoveredAt ? ` · seen again at ${recoveredAt}` : ''} · targets: RTO ${plan.objectives.rtoSeconds} s, RPO ${plan.objectives.rpoSeconds} s`,
    '',
  );
  lines.push('| | step | started | ended | |', '|---|---|---|---|---|');
  for (const { name, state, startedAt, endedAt, error } of steps)
    lines.push(
      `| ${SIGN[state]} | ${name} | ${clock(startedAt)} | ${clock(endedAt)} | ${(error ?? '').replaceAll('|', '/').replaceAll('\n', ' ').slice(0, 300)} |`,
    );
  return lines.join('\n').slice(0, 20_000);
}

const clock = (iso: string | undefined) => iso?.slice(11, 19) ?? '';

/** What stays readable in the UI while a worker is there; memo, result and search attributes stay for good. */
export function showResult({ plan }: { readonly plan: Plan }, result: ShortForm): void {
  const lines = [`# ${plan.workload}: ${plan.from.site} → ${plan.to.site}, ${plan.mode}: **${result.verdict}**`, ''];
  if (plan.environment === 'emulated') lines.push('**Emulated: no evidence for an auditor.**', '');
  for (const reason of result.reasons) lines.push(`- ${reason}`);
  setCurrentDetails(lines.join('\n').slice(0, 20_000));
}
