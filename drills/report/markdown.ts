import type { Entry } from '../journal.ts';
import type { DrillRecord } from '../record.ts';
import { EMULATED, headlinesOf } from './headlines.ts';
import { sectionsOf } from './sections.ts';
import type { Cell, Section, Table } from './sections/section.ts';
import { instant, oneLine, plain } from './text.ts';
import { titleOf } from './title.ts';

/** GitHub Markdown: for pull requests, tickets and wikis. */
export function markdownReport(record: DrillRecord, _entries: readonly Entry[]): string {
  const { verdict } = record;
  const headlines: Table = { columns: ['', 'Measured', 'Against'], rows: headlinesOf(record).map(({ title, value, detail }) => [title, value, detail]) };
  const parts = [
    `# ${inline(titleOf(record))}: ${verdict.outcome}`,
    ...(record.environment === 'emulated' ? [`> **${EMULATED}**`] : []),
    `${inline(record.mode)}, ${instant(record.startedAt)}, ${codeSpan(record.run.workflowId)}`,
    bullets(verdict.reasons),
    rendered(headlines),
    ...sectionsOf(record).map(section),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function section({ title, intro, list = [], tables = [], none }: Section): string {
  const body = [
    ...(list.length > 0 ? [bullets(list)] : []),
    ...tables.flatMap((each) => [...(each.caption === undefined ? [] : [`**${inline(each.caption)}**`]), rendered(each)]),
  ];
  return [
    `## ${inline(title)}`,
    ...(intro === undefined || body.length === 0 ? [] : [inline(intro)]),
    ...(body.length === 0 && none !== undefined ? [inline(none)] : body),
  ].join('\n\n');
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${inline(item)}`).join('\n');
}

function rendered({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns.map((each) => inline(each))), line(columns.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n');
}

function cell(content: Cell): string {
  if (typeof content === 'string') return inline(content);
  if ('code' in content) return codeSpan(content.code);
  return 'tag' in content ? `**${inline(content.tag)}**` : content.map(cell).join('');
}

/** Nothing in it is taken for markup; line breaks become `<br>`, as tables and lists need. */
function inline(text: string): string {
  return (
    plain(text)
      .replaceAll(/[\\`*_[\]|~$]/g, (character) => `\\${character}`)
      // What would begin a list, a heading or a rule at the start of a line.
      .replaceAll(/^(\s*)([-+#=]+)(?=\s|$)/gm, '$1\\$2')
      .replaceAll(/^(\s*\d+)([.)])(?=\s|$)/gm, '$1\\$2')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // A name with @ before it would call that person on GitHub; a bare address would become a link.
      .replaceAll('@', '@<!-- -->')
      .replaceAll(/:\/\//g, ':<!-- -->//')
      .replaceAll(/\r?\n|\r/g, '<br>')
  );
}

/** A fence longer than any inside; a pipe would end the table cell even in here. */
function codeSpan(text: string): string {
  const content = oneLine(text).replaceAll('|', '\\|');
  if (content === '') return '';
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}
