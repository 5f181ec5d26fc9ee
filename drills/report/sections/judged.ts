import { figure } from '../../measures/figures.ts';
import { secondsBetween } from '../../measures/instants.ts';
import type { DrillRecord } from '../../record.ts';
import type { Tone } from '../headlines.ts';
import { instant } from '../text.ts';
import { type Cell, type Section, table } from './section.ts';

const SEVERITY_TONE: Readonly<Record<DrillRecord['gaps'][number]['severity'], Tone>> = { S1: 'bad', S2: 'warn', S3: 'calm', S4: 'calm' };

export function gapSection({ gaps }: DrillRecord): Section {
  const rows = gaps.map(({ id, severity, confidence, title, evidence, remediation }): Cell[] => [
    [{ code: id }, '\n', { tag: severity, tone: SEVERITY_TONE[severity] }],
    `${title}\n(${confidence})`,
    evidence.flatMap(({ ref, shows }, index): Cell[] => [...(index > 0 ? ['\n'] : []), { code: ref }, `: ${shows}`]),
    remediation,
  ]);
  return {
    title: 'Vendor-independence gaps',
    intro: 'Reasons why this service could not, or not in time, run with another vendor. S1 blocks, S4 is latent.',
    tables: table(['Gap', 'What', 'Evidence', 'What to do'], rows),
    none: 'No gap was found by the checks that were made.',
  };
}

export function findingSection({ findings }: DrillRecord): Section {
  return { title: 'Findings', list: findings, none: 'None.' };
}

const DECISION_TONE: Readonly<Record<DrillRecord['approvals'][number]['decision'], Tone>> = { approved: 'good', rejected: 'bad', expired: 'warn' };

export function peopleSection({ approvals, deviations, declaredLost, unfenced, requestedBy, trigger }: DrillRecord): Section {
  const answers = approvals.map(({ by, asserted, before, askedAt, at, decision, reason }): Cell[] => [
    before,
    { tag: decision, tone: DECISION_TONE[decision] },
    `${by}${asserted ? '\n(name asserted, not signed)' : ''}`,
    `${instant(at)}\nafter ${figure(secondsBetween(askedAt, at))}`,
    reason ?? '',
  ]);
  const exceptions = [
    ...(declaredLost ? [`The source was declared lost by ${declaredLost.by}: ${declaredLost.how}. It was not called.`] : []),
    ...(unfenced === undefined ? [] : [`Isolation could not be enforced and was waived: ${unfenced}`]),
    ...(deviations.length === 0 ? ['No deviation from the script.'] : []),
    ...(approvals.length === 0 ? ['No approval was asked for.'] : []),
  ];
  return {
    title: 'People, approvals and deviations',
    intro: `Requested by ${requestedBy}, ${trigger === 'schedule' ? 'by schedule' : 'on demand'}.`,
    list: exceptions,
    tables: [
      ...table(['Before', 'Decision', 'By', 'When', 'Reason'], answers, 'Approvals'),
      ...table(
        ['Step', 'By', 'When', 'Deviation'],
        deviations.map(({ step, by, at, text }) => [step, by, instant(at), text]),
        'Deviations',
      ),
    ],
  };
}
