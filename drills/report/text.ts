/** Characters that would move a terminal's cursor, hide text or reorder it: out of every report. */
// oxlint-disable-next-line no-control-regex
const INVISIBLE = /\u001B\[[0-?]*[ -/]*[@-~]|[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** What others wrote, made harmless to show; tabs and line breaks stay. */
export function plain(text: string): string {
  return text.replaceAll(INVISIBLE, '');
}

export function oneLine(text: string): string {
  return plain(text.replaceAll(/[\r\n\t]+/g, ' ')).trim();
}

/** `2026-03-03 09:00:12.345 UTC`, or without the milliseconds. */
export function instant(iso: string, precise = false): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const [day = '', time = ''] = at.toISOString().split('T');
  return `${day} ${time.slice(0, precise ? 12 : 8)} UTC`;
}

/** `09:00:12.345`: where the day is clear. */
export function timeOfDay(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : at.toISOString().slice(11, 23);
}
