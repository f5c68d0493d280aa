// The failure pages as HTML: one file each, without script, in the client's light or dark.
import { relative } from "node:path";
import { escapeHtml } from "../common/html.ts";
import type { Status } from "../common/types.ts";
import type { Excerpt, Frame, Report } from "./catch-errors-report.ts";

/** The page for production: status and incident, nothing of the cause. */
export function visitorsHtml(status: Status, incident: string): string {
  const reason = escapeHtml(status.slice(4));
  return page(
    status,
    `<main class="visitor">
<p class="status">${status.slice(0, 3)}</p>
<h1>${reason}</h1>
<p>The request could not be served. If you report this, please name the incident:</p>
<p><code class="incident">${incident}</code></p>
</main>`,
  );
}

/** The page for developers, with everything that {@link Report} has. */
export function developmentHtml(report: Report): string {
  const { name, message, method, target, status, incident, excerpt } = report;
  const frames = report.frames.map(frameItem).join("\n");
  const rows = report.environ.map(
    ([key, value]) =>
      `<tr><th>${escapeHtml(key)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return page(
    `${name}: ${message}`,
    `<header>
<p class="status">${escapeHtml(status)} <span>${escapeHtml(`${method} ${target}`)}</span></p>
<h1><small>${escapeHtml(name)}</small>${escapeHtml(message) || "no message"}</h1>
<p class="quiet">Incident <code>${incident}</code>, in the log too</p>
</header>
<main>
${excerpt === undefined ? "" : excerptFigure(excerpt)}
${frames === "" ? "" : `<section><h2>Stack</h2><ol class="stack">${frames}</ol></section>`}
<details${frames === "" ? " open" : ""}><summary>The whole error</summary><pre>${escapeHtml(report.details)}</pre></details>
<section><h2>Environ</h2><div class="scroll"><table>${rows.join("\n")}</table></div></section>
</main>`,
  );
}

function excerptFigure({ frame, lines }: Excerpt): string {
  const shown = lines.map(({ number, text }) => {
    const line = `<i>${number}</i>${escapeHtml(text)}`;
    return number === frame.line
      ? `<mark>${line}</mark>`
      : `<span>${line}</span>`;
  });
  return `<figure><figcaption>${place(frame)}</figcaption><pre class="source">${shown.join("")}</pre></figure>`;
}

function frameItem(frame: Frame): string {
  const name = frame.name === "" ? "(anonymous)" : frame.name;
  const kind = frame.isOwn ? ' class="own"' : "";
  return `<li${kind}><b>${escapeHtml(name)}</b> <span>${place(frame)}</span></li>`;
}

/** Relative to the working directory where the file is below it. */
function place({ file, line, column }: Frame): string {
  const short = file.startsWith("/") ? relative(process.cwd(), file) : file;
  const path = short.startsWith("..") ? file : short;
  return escapeHtml(`${path}:${line}:${column}`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
${body}
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1d2330; --quiet: #667085; --line: #e3e7ee; --red: #c4232b; --wash: #fdecec; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171d; --card: #1c2129; --text: #e5e9f0; --quiet: #93a0b4; --line: #2c333f; --red: #ff7b7b; --wash: #3a2226; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
code, pre, table, .stack, figcaption { font: 13px/1.6 ui-monospace, "DejaVu Sans Mono", monospace; }
header { background: var(--card); border-top: 4px solid var(--red); border-bottom: 1px solid var(--line); }
header, main { padding: 1.5rem max(1.25rem, calc(50% - 30rem)); }
h1 { margin: .25rem 0 .5rem; font-size: 1.6rem; line-height: 1.3; overflow-wrap: anywhere; white-space: pre-wrap; }
h1 small { display: block; color: var(--red); font-size: 1rem; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
p { margin: 0; }
.quiet, .status, figcaption, .stack span { color: var(--quiet); }
.status span { color: var(--text); margin-left: .5rem; overflow-wrap: anywhere; }
figure, section, details { margin: 0 0 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
section, details, figcaption { padding: .75rem 1rem; }
figcaption { border-bottom: 1px solid var(--line); }
pre { margin: 0; overflow-x: auto; }
.source { padding: .5rem 0; }
.source > * { display: block; min-width: max-content; padding-right: 1rem; background: none; color: inherit; min-height: 1.6em; }
.source mark { background: var(--wash); box-shadow: inset 3px 0 var(--red); }
.source i { display: inline-block; width: 4rem; padding-right: 1rem; text-align: right; font-style: normal; color: var(--quiet); user-select: none; }
.stack { margin: 0; padding: 0; list-style: none; }
.stack li { opacity: .6; overflow-wrap: anywhere; }
.stack .own { opacity: 1; }
.stack b { font-weight: 400; }
.stack .own b { font-weight: 700; }
summary { cursor: pointer; font-weight: 600; }
details pre { margin-top: .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .15rem 1rem .15rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
th { font-weight: 400; color: var(--quiet); white-space: nowrap; }
td { overflow-wrap: anywhere; white-space: pre-wrap; }
.visitor { padding-top: 18vh; text-align: center; }
.visitor .status { font-size: 4rem; line-height: 1; }
.visitor p { margin-bottom: .75rem; }
.incident { padding: .25rem .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 6px; font-size: 1rem; }
`;
