import type { Entry } from '../journal.ts';
import type { DrillRecord } from '../record.ts';
import { EMULATED, type Headline, headlinesOf, OUTCOME_TONE } from './headlines.ts';
import { Markup, markup } from './markup.ts';
import { STYLE } from './style.ts';
import { sectionsOf } from './sections.ts';
import type { Cell, Section, Table } from './sections/section.ts';
import { instant } from './text.ts';
import { timeline } from './timeline.ts';
import { titleOf } from './title.ts';

/** One page that needs nothing else: no script, no network, light and dark, for screen, phone and paper. */
export function htmlReport(record: DrillRecord, entries: readonly Entry[]): string {
  const { outcome, reasons } = record.verdict;
  const title = titleOf(record);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${outcome}: ${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="over">Disaster-recovery drill, ${record.mode}</p>
<h1>${title}</h1>
<p class="facts">${record.drill.name}, ${instant(record.startedAt)}, ${record.from.vendor !== record.to.vendor && `${record.from.vendor} to ${record.to.vendor}, `}<code>${record.run.workflowId}</code></p>
${record.environment === 'emulated' && markup`<p class="emulated" role="note">${EMULATED}<span>. A site is a lab's, or both sites share one host.</span></p>`}
</header>
<section class="card verdict ${OUTCOME_TONE[outcome]}" aria-label="Verdict"><strong>${outcome}</strong><ul>${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul></section>
<section class="figures" aria-label="Figures">${headlinesOf(record).map(figureCard)}</section>
<section class="card picture"><h2>What happened</h2>
${timeline(record, entries, 'wide')}
${timeline(record, entries, 'narrow')}
${legend(record)}
</section>
${sectionsOf(record).map(section)}
<footer>Computed from the run's journal alone. Record schema version ${record.schemaVersion}. Seconds after T0 below the picture${record.clock.t0 === undefined ? '; T0 was not reached, so from the start' : ''}.</footer>
</main>
</body>
</html>
`.text;
}

function figureCard({ title, value, detail, tone, gauge }: Headline): Markup {
  return markup`<div class="card ${tone}"><h2>${title}</h2><p class="value">${value}</p>${gauge && gaugeOf(gauge)}<p class="detail">${detail}</p></div>`;
}

function gaugeOf({ value, plusMinus, target, label }: NonNullable<Headline['gauge']>): Markup {
  const full = Math.max(target, value + plusMinus, 0.001) * 1.12;
  const percent = (seconds: number) => `${Math.round((Math.min(Math.max(seconds, 0), full) / full) * 1000) / 10}%`;
  const low = Math.max(0, value - plusMinus);
  return markup`<div class="gauge" role="img" aria-label="measured, with its error bar, against the ${label}"><i class="is" style="width:${percent(value)}"></i><i class="error" style="left:${percent(low)};width:${percent(value + plusMinus - low)}"></i><i class="target" style="left:${percent(target)}"></i></div>`;
}

function legend({ from, to, mode }: DrillRecord): Markup {
  const items: (readonly [text: string, swatch: string, edge?: string])[] = [
    [`up, answered by ${from.site}`, '--source'],
    ...(mode === 'rehearse' ? [] : [[`up, answered by ${to.site}`, '--target'] as const]),
    ['down', '--down'],
    ['not known', '--track', '--nameless'],
    ['waiting for people', '--people'],
    ...(mode === 'rehearse' ? [] : [['T0 to T7', '--window', '--down'] as const]),
  ];
  return markup`<ul class="legend">${items.map(([text, swatch, edge]) => markup`<li style="--swatch:var(${swatch})${edge !== undefined && `;--edge:var(${edge})`}">${text}</li>`)}</ul>`;
}

function section({ title, intro, list = [], tables = [], none }: Section): Markup {
  const empty = list.length === 0 && tables.length === 0;
  return markup`<section class="card"><h2>${title}</h2>${!empty && intro !== undefined && markup`<p class="soft">${intro}</p>`}${list.length > 0 && markup`<ul class="list">${list.map((item) => markup`<li>${item}</li>`)}</ul>`}${tables.map((each) => markup`${each.caption !== undefined && markup`<h3>${each.caption}</h3>`}${tableOf(each)}`)}${empty && none !== undefined && markup`<p class="soft">${none}</p>`}</section>
`;
}

function tableOf({ columns, rows }: Table): Markup {
  const head = columns.map((column) => markup`<th scope="col">${column}</th>`);
  const body = rows.map(
    (row) =>
      markup`<tr>${row.map((content, index) => markup`<td data-label="${columns[index]}"${content === '' && new Markup(' class="empty"')}><div>${cell(content)}</div></td>`)}</tr>`,
  );
  return markup`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function cell(content: Cell): Markup {
  if (typeof content === 'string') return markup`${content}`;
  if ('code' in content) return markup`<code>${content.code}</code>`;
  return 'tag' in content ? markup`<span class="tag ${content.tone}">${content.tag}</span>` : markup`${content.map(cell)}`;
}
