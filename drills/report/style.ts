/** The report's style: calm, light and dark, on paper and on a phone. Nothing is loaded from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f3f5f7; --card: #ffffff; --ink: #1a222d; --soft: #5a6675; --line: #dde2e8; --track: #f0f2f5;
  --good: #1c7047; --good-ground: #e3f3ea; --bad: #a92c39; --bad-ground: #fae6e8; --warn: #845400; --warn-ground: #fcefd6; --calm: #465365; --calm-ground: #e9edf1;
  --source: #4a6c9f; --target: #1f7668; --down: #bf3a48; --step: #aab5c3; --people: #d9a441; --nameless: #7b8794; --window: rgb(191 58 72 / 7%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1217; --card: #161b22; --ink: #e3e8ee; --soft: #9aa7b6; --line: #29313b; --track: #1d242d;
    --good: #74d3a2; --good-ground: #12301f; --bad: #f2939c; --bad-ground: #3a171b; --warn: #eebf6a; --warn-ground: #35260a; --calm: #b3bfcd; --calm-ground: #222a34;
    --source: #4f76b0; --target: #25826f; --down: #c4404e; --step: #59677a; --people: #a87a22; --nameless: #6c7886; --window: rgb(220 80 95 / 12%);
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 1160px; margin: 0 auto; padding: 28px 20px 56px; }
h1 { font-size: 28px; line-height: 1.2; margin: 2px 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 17px; line-height: 1.3; margin: 0 0 10px; }
h3 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 18px 0 4px; }
p { margin: 0 0 10px; }
code { font: 0.9em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.over { color: var(--soft); font-size: 13px; margin: 0; }
.facts { color: var(--soft); margin: 0; overflow-wrap: anywhere; }
.emulated { background: repeating-linear-gradient(-45deg, var(--warn-ground) 0 14px, transparent 14px 28px), var(--card); border: 1px solid var(--warn); color: var(--warn); border-radius: 10px; padding: 10px 16px; margin: 18px 0 0; font-weight: 650; }
.emulated span { font-weight: 400; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin: 16px 0 0; }
.verdict { display: grid; grid-template-columns: auto 1fr; gap: 4px 20px; align-items: start; border-left: 6px solid var(--tone); }
.verdict strong { font-size: 22px; line-height: 1.25; color: var(--tone); text-transform: capitalize; }
.verdict ul { margin: 3px 0 0; padding: 0; list-style: none; }
.verdict li { padding: 1px 0; white-space: pre-line; overflow-wrap: anywhere; }
.good { --tone: var(--good); --ground: var(--good-ground); }
.bad { --tone: var(--bad); --ground: var(--bad-ground); }
.warn { --tone: var(--warn); --ground: var(--warn-ground); }
.calm { --tone: var(--calm); --ground: var(--calm-ground); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(186px, 1fr)); gap: 12px; margin: 16px 0 0; }
.figures .card { margin: 0; padding: 14px 16px 15px; display: flex; flex-direction: column; }
.figures h2 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 0; }
.figures .value { font-size: 23px; line-height: 1.25; font-weight: 650; color: var(--tone); margin: 2px 0 4px; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.figures .detail { font-size: 13px; line-height: 1.4; color: var(--soft); margin: 0; }
.gauge { position: relative; height: 26px; margin: 3px 0 8px; }
.gauge::before { content: ""; position: absolute; inset: 9px 0 auto; height: 8px; border-radius: 4px; background: var(--track); box-shadow: inset 0 0 0 1px var(--line); }
.gauge i { position: absolute; display: block; }
.gauge .is { left: 0; top: 9px; height: 8px; border-radius: 4px 0 0 4px; background: var(--tone); opacity: 0.85; }
.gauge .error { top: 12px; height: 2px; background: var(--ink); }
.gauge .error::before, .gauge .error::after { content: ""; position: absolute; top: -3px; width: 2px; height: 8px; background: var(--ink); }
.gauge .error::before { left: 0; } .gauge .error::after { right: 0; }
.gauge .target { top: 3px; height: 20px; border-left: 2px dashed var(--ink); }
.picture { padding-bottom: 12px; }
.timeline { display: block; width: 100%; height: auto; font-size: 11px; overflow: visible; }
.timeline text { fill: var(--ink); }
.timeline.narrow { display: none; }
.timeline .group { font-weight: 650; font-size: 12px; }
.timeline .row { fill: var(--soft); }
.timeline .row, .timeline .beside { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
.timeline .track { fill: var(--soft); opacity: 0.09; }
.timeline .axis line { stroke: var(--line); stroke-width: 1; } .timeline .axis .base { stroke: var(--soft); opacity: 0.5; } .timeline .axis text { fill: var(--soft); }
.timeline .window { fill: var(--window); }
.timeline .hatch-ground { fill: var(--track); } .timeline .hatch-line { fill: var(--nameless); opacity: 0.65; }
.timeline .step rect { fill: var(--step); } .timeline .people rect { fill: var(--people); } .timeline .failed rect { fill: var(--down); } .timeline .skipped rect { fill: var(--card); stroke: var(--soft); stroke-dasharray: 3 2; }
.timeline .source rect { fill: var(--source); } .timeline .target rect { fill: var(--target); } .timeline .nameless rect { fill: var(--nameless); } .timeline .down rect, .timeline .lost rect { fill: var(--down); } .timeline .silence rect { fill: var(--card); stroke: var(--down); stroke-width: 1.5; }
.timeline.wide .unknown rect { fill: url(#hatch-wide); stroke: var(--nameless); } .timeline.narrow .unknown rect { fill: url(#hatch-narrow); stroke: var(--nameless); }
.timeline .source .inside, .timeline .target .inside, .timeline .nameless .inside, .timeline .down .inside, .timeline .lost .inside, .timeline .failed .inside { fill: #ffffff; }
.timeline .silence .inside { fill: var(--bad); font-weight: 600; }
.timeline .unknown .inside { paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.timeline .point path { fill: var(--card); stroke: var(--ink); stroke-width: 1.5; }
.timeline .mark line { stroke: var(--soft); stroke-width: 1; opacity: 0.45; } .timeline .mark rect { fill: var(--card); stroke: var(--soft); } .timeline .mark text { font-size: 10.5px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.timeline .mark.lost line { stroke: var(--down); stroke-width: 2; opacity: 1; } .timeline .mark.lost rect { fill: var(--down); stroke: none; } .timeline .mark.lost text, .timeline .mark.back text { fill: #ffffff; font-weight: 650; }
.timeline .mark.back line { stroke: var(--target); stroke-width: 2; opacity: 1; } .timeline .mark.back rect { fill: var(--target); stroke: none; }
.timeline .mark.target line { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4; opacity: 1; } .timeline .mark.target rect, .timeline .mark.beyond rect { fill: var(--card); stroke: var(--ink); stroke-dasharray: 3 2; } .timeline .mark.target text, .timeline .mark.beyond text { fill: var(--ink); font-weight: 600; }
.timeline .bracket path { fill: none; stroke: var(--ink); stroke-width: 1.5; } .timeline .figure { font-size: 12.5px; font-weight: 650; } .timeline .figure.bad { fill: var(--bad); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 10px 0 0; padding: 0; list-style: none; color: var(--soft); font-size: 13px; }
.legend li::before { content: ""; display: inline-block; width: 14px; height: 10px; border-radius: 2px; margin-right: 6px; background: var(--swatch); border: 1px solid var(--edge, var(--swatch)); }
.list { margin: 0 0 10px; padding-left: 20px; } .list li { margin: 3px 0; white-space: pre-line; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; font-size: 12.5px; color: var(--soft); padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: bottom; }
td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: pre-line; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
td:first-child { min-width: 5.5em; }
.tag { display: inline-block; padding: 0 8px; border-radius: 9px; font-size: 12.5px; line-height: 1.5; font-weight: 600; color: var(--tone); background: var(--ground); white-space: nowrap; }
footer { color: var(--soft); font-size: 13px; margin: 22px 2px 0; }
@media (max-width: 700px) {
  main { padding: 18px 12px 40px; }
  h1 { font-size: 23px; }
  .card { padding: 14px 14px; border-radius: 10px; }
  .verdict { grid-template-columns: 1fr; }
  .figures { grid-template-columns: 1fr 1fr; gap: 10px; }
  .figures .card { padding: 11px 12px 12px; }
  .figures .card:first-child { grid-column: 1 / -1; }
  .figures .value { font-size: 20px; }
  .timeline.wide { display: none; } .timeline.narrow { display: block; }
  table, tbody, tr, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border-bottom: 1px solid var(--line); padding: 8px 0; } tr:last-child { border-bottom: 0; }
  td { border: 0; padding: 1px 0; display: grid; grid-template-columns: 6.5em 1fr; gap: 10px; }
  td:first-child { display: block; font-weight: 600; margin-bottom: 1px; } td:first-child::before { display: none; }
  td::before { content: attr(data-label); color: var(--soft); font-size: 12.5px; padding-top: 1px; white-space: normal; }
  td:empty, td.empty { display: none; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444c57; --line: #ccd2d9; --track: #f0f2f5;
    --good: #1c7047; --good-ground: #e3f3ea; --bad: #a92c39; --bad-ground: #fae6e8; --warn: #845400; --warn-ground: #fcefd6; --calm: #465365; --calm-ground: #e9edf1;
    --source: #4a6c9f; --target: #1f7668; --down: #bf3a48; --step: #aab5c3; --people: #d9a441; --nameless: #7b8794; --window: rgb(191 58 72 / 7%);
  }
  @page { margin: 14mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .card { border-radius: 0; padding: 10px 12px; }
  .figures { display: flex; gap: 8px; } .figures .card { flex: 1 1 0; padding: 8px 10px; } .figures .value { font-size: 12pt; }
  .timeline.wide { display: block; } .timeline.narrow { display: none; }
  table { font-size: 9pt; }
  tr, .verdict, .figures .card, .picture { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`;
