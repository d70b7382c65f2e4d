/** In light and in dark, as the reader's system has it; nothing comes from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1c1e21; --dim: #5f6672; --back: #fff; --card: #f4f5f7; --line: #d5d9df;
  --download: #0b7fab; --extract: #8a6d3b; --patch: #9b4dca; --configure: #b8860b; --build: #2f6fdb; --install: #2e8b57;
  --other: #7d8590; --phase: #9aa4b2; --critical: #d1242f; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --dim: #9aa4b2; --back: #14171b; --card: #1e2329; --line: #363d47;
    --download: #4fb3d9; --extract: #c9a86a; --patch: #c08ae6; --configure: #e0b341; --build: #6ea1f5; --install: #5dbb87;
    --other: #8b949e; --phase: #6b7684; --critical: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px; background: var(--back); color: var(--text);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 28px 0 8px; } small, .dim { color: var(--dim); }
.numbers { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; padding: 0; list-style: none; }
.numbers li { background: var(--card); border-radius: 8px; padding: 10px 16px; }
.numbers b { display: block; font-size: 20px; }
.advice li { margin: 4px 0; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; padding: 6px 0; }
.wide { width: calc(100% * var(--zoom, 1)); }
svg { display: block; width: 100%; }
.axis { display: flex; justify-content: space-between; color: var(--dim); font-size: 12px; padding: 2px 4px; }
rect { stroke: var(--back); stroke-width: 1px; vector-effect: non-scaling-stroke; }
rect.critical { stroke: var(--critical); stroke-width: 2px; } rect.open { fill: var(--critical); }
.phase { fill: var(--phase); background: var(--phase); }
.download { fill: var(--download); background: var(--download); } .extract { fill: var(--extract); background: var(--extract); }
.patch { fill: var(--patch); background: var(--patch); } .configure { fill: var(--configure); background: var(--configure); }
.build { fill: var(--build); background: var(--build); } .install { fill: var(--install); background: var(--install); }
.other { fill: var(--other); background: var(--other); } .busy { fill: var(--build); opacity: .7; }
.limit { stroke: var(--critical); stroke-dasharray: 6 4; vector-effect: non-scaling-stroke; stroke-width: 2px; }
.legend span { margin-right: 14px; white-space: nowrap; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 5px; }
.legend i.outline { border: 2px solid var(--critical); }
table { border-collapse: collapse; } .columns { display: flex; flex-wrap: wrap; gap: 0 48px; }
th, td { padding: 3px 10px 3px 0; text-align: left; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--dim); position: sticky; top: 0; background: var(--back); }
.sortable thead button { all: unset; cursor: pointer; } .sortable thead button:focus-visible { outline: 2px solid var(--build); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { width: 160px; } .bar i { display: block; height: 11px; border-radius: 2px; min-width: 1px; }
label { margin-right: 18px; color: var(--dim); } input { vertical-align: middle; }
@media (max-width: 760px) { .table { overflow-x: auto; } }
input[type=search] { font: inherit; padding: 3px 8px; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
`;
