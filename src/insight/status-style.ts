/** The looks of the status page, light and dark, without a script. */
export const STYLE = `
:root { color-scheme: light dark; --back: #f5f6f8; --card: #fff; --text: #1b2130; --quiet: #667085; --line: #e4e7ed; --blue: #3563e9; --green: #14804a; --green-wash: #e3f5ea; --amber: #a15c00; --amber-wash: #fdf1dc; --red: #c4232b; --red-wash: #fdecec; --c2: #2e9e63; --c3: #4c7df0; --c4: #e0a030; --c5: #d9434b; --c0: #9aa4b2; }
@media (prefers-color-scheme: dark) {
  :root { --back: #12151b; --card: #1a1f27; --text: #e6eaf1; --quiet: #93a0b4; --line: #2a313d; --blue: #7ea2ff; --green: #6fd79d; --green-wash: #163425; --amber: #f2bd64; --amber-wash: #3a2c12; --red: #ff8087; --red-wash: #3c2024; --c2: #3fae74; --c3: #5b88f2; --c4: #d79a35; --c5: #e0545c; --c0: #6b7686; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; padding-bottom: 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 .75rem; font-size: .95rem; }
h2 small { margin-left: .5rem; font-weight: 400; color: var(--quiet); }
p { margin: 0; }
.quiet, th, dt, footer, .tile small { color: var(--quiet); }
header p { flex-basis: 100%; font-size: .9rem; }
.pill { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; white-space: nowrap; background: var(--line); color: var(--quiet); }
.good { background: var(--green-wash); color: var(--green); }
.fair { background: var(--amber-wash); color: var(--amber); }
.bad { background: var(--red-wash); color: var(--red); }
section { margin: 0 0 1rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
section.failure { border-color: var(--red); background: var(--red-wash); }
.failure h2 { color: var(--red); }
.failure pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 18rem; overflow: auto; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin-bottom: 1rem; }
.tile { padding: .9rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile h2 { margin: 0; font-weight: 500; font-size: .85rem; color: var(--quiet); }
.tile b { display: block; font-size: 1.7rem; line-height: 1.3; font-weight: 650; }
.tile small { display: block; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
.stack { display: flex; height: .9rem; border-radius: .45rem; overflow: hidden; background: var(--line); gap: 1px; }
.stack i { min-width: 2px; }
.c0 { background: var(--c0); } .c1, .c3 { background: var(--c3); } .c2 { background: var(--c2); } .c4 { background: var(--c4); } .c5 { background: var(--c5); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .5rem 1rem; margin: 1rem 0 0; }
dt { font-size: .85rem; } dt i { display: inline-block; width: .65rem; height: .65rem; margin-right: .4rem; border-radius: .2rem; }
dd { margin: 0; font-weight: 600; }
.bars { display: flex; align-items: flex-end; gap: 4px; height: 9.5rem; }
.bars div { flex: 1; height: 100%; display: flex; flex-direction: column; justify-content: flex-end; text-align: center; font-size: .7rem; color: var(--quiet); min-width: 0; white-space: nowrap; }
.bars i { display: block; background: var(--blue); border-radius: 3px 3px 0 0; opacity: .85; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: 500; font-size: .85rem; }
th, td { padding: .4rem 1.1rem .4rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; }
td.wide { white-space: normal; overflow-wrap: anywhere; width: 100%; }
code, td.wide { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.gauge { display: inline-block; width: 4rem; height: .5rem; margin-right: .5rem; border-radius: .25rem; background: var(--line); overflow: hidden; vertical-align: middle; }
.gauge i { display: block; height: 100%; background: var(--blue); }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin-bottom: .5rem; }
footer { padding-top: .5rem; padding-bottom: 2rem; font-size: .85rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
a { color: var(--blue); text-decoration: none; } a:hover { text-decoration: underline; }
`;
