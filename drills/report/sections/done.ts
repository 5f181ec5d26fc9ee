import { figure } from '../../measures/figures.ts';
import { secondsBetween } from '../../measures/instants.ts';
import type { DrillRecord } from '../../record.ts';
import { leftBehindText, type Tone } from '../headlines.ts';
import { instant, timeOfDay } from '../text.ts';
import { type Cell, mark, type Section, table } from './section.ts';

const RESULT_TONE: Readonly<Record<DrillRecord['steps'][number]['result'], Tone>> = { done: 'good', failed: 'bad', skipped: 'warn', aborted: 'calm' };

export function stepSection({ steps }: DrillRecord): Section {
  const rows = steps.map(({ id, phase, site, startedAt, endedAt, attempts, result, error }): Cell[] => [
    id,
    phase,
    site ?? '',
    timeOfDay(startedAt),
    figure(secondsBetween(startedAt, endedAt)),
    [{ tag: result, tone: RESULT_TONE[result] }, `${attempts > 1 ? ` attempt ${attempts}` : ''}${error === undefined ? '' : `\n${error}`}`],
  ]);
  return { title: 'Steps', tables: table(['Step', 'Phase', 'Site', 'Started', 'Took', 'Result'], rows), none: 'No step was run.' };
}

export function safetySection({ checks, fences, verified, recoveryPoints }: DrillRecord): Section {
  return {
    title: 'Checks, fences and verification',
    tables: [
      ...table(
        ['Check', 'Result', 'Detail'],
        checks.map(({ name, ok, blocking, detail }) => [name, mark(ok, 'ok', blocking ? 'failed' : 'advice', blocking ? 'bad' : 'warn'), detail]),
        'Readiness',
      ),
      ...table(
        ['What', 'Seen by', 'When', 'Detail'],
        fences.map(({ what, witness, detail, at }) => [what, mark(witness !== 'none', witness, 'not fenced'), timeOfDay(at), detail]),
        'Seen unable to write',
      ),
      ...table(
        ['Data', 'Way', 'Consistent at', 'Key'],
        recoveryPoints.map(({ component, data, way, consistentAt, key }) => [`${component}/${data}`, way, instant(consistentAt, true), { code: key }]),
        'Recovery points used',
      ),
      ...table(
        ['Verification', 'Result', 'Detail'],
        verified.map(({ name, ok, detail }) => [name, mark(ok, 'ok', 'failed'), detail]),
        'Verification by the owner',
      ),
    ],
    none: 'None was made.',
  };
}

export function resourceSection(record: DrillRecord): Section {
  const { created, removed, retained, leftovers, looked } = record.resources;
  const gone = new Map(removed.map((each) => [JSON.stringify([each.site, each.role, each.generation]), each.at]));
  const rows = created.map(({ site, role, generation, nativeId, at }): Cell[] => {
    const away = gone.get(JSON.stringify([site, role, generation]));
    return [role, site, String(generation), { code: nativeId }, timeOfDay(at), away === undefined ? 'no removal recorded' : timeOfDay(away)];
  });
  const asked = looked.map(({ site, at, found, detail }): Cell[] => [
    site,
    instant(at),
    found === 'unknown' ? { tag: 'unknown', tone: 'warn' } : mark(found.length === 0, 'none found', `${found.length} found`),
    detail,
  ]);
  return {
    title: 'Resources',
    intro: `Left behind: ${leftBehindText(record)}.`,
    tables: [
      ...table(['What', 'Site', 'Generation', 'Native id', 'Created', 'Removed'], rows, 'Made by this run'),
      ...table(
        ['Site', 'What', 'Why'],
        retained.map(({ site, what, why }) => [site, what, why]),
        'Retained on purpose, for a person',
      ),
      ...(leftovers === 'unknown'
        ? []
        : table(
            ['Site', 'Kind', 'What', 'Native id'],
            leftovers.map(({ site, kind, role, nativeId }) => [site, kind, role, { code: nativeId }]),
            'Left behind',
          )),
      ...table(['Site', 'When', 'Marked resources', 'Detail'], asked, 'Where it was looked'),
    ],
  };
}

export function runSection(record: DrillRecord): Section {
  const { run, drill, workload, installation, mode, environment, from, to, objectives, vantages, startedAt, endedAt, files } = record;
  const place = ({ site, provider, vendor, location }: DrillRecord['from']) => `${site}: ${provider}, vendor ${vendor}, at ${location}`;
  const facts: Cell[][] = [
    ['Workflow', { code: run.workflowId }],
    ['Run', { code: run.runId }],
    ['Drill', [`${drill.name}, sha256 `, { code: drill.sha256 }]],
    ['Workload', `${workload} of installation ${installation}`],
    ['Mode', mode],
    ['Environment', environment],
    ['From', place(from)],
    ['To', place(to)],
    ['Targets', `RTO ${figure(objectives.rto)}, RPO ${figure(objectives.rpo)}, hold ${figure(objectives.hold)}`],
    ['Vantages', vantages.join(', ')],
    ['Started', instant(startedAt, true)],
    ['Ended', instant(endedAt, true)],
  ];
  const rows = files.map(({ file, what, sha256 }): Cell[] => [{ code: file }, what, { code: sha256 }]);
  return {
    title: 'This run and its files',
    intro: 'Measures and verdict follow from the journal alone and can be computed again from these files.',
    tables: [...table(['Fact', 'Value'], facts), ...table(['File', 'What', 'sha256'], rows, 'Evidence beside the record')],
  };
}
