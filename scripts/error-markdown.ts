// The texts of docs/errors/.
import {
  type Cause,
  type Entry,
  entries,
  sources,
} from "../src/explain/index.ts";

const MADE = "<!-- Made from src/explain by npm run docs. -->\n";

/** File names and texts. */
export function errorPages(): ReadonlyMap<string, string> {
  const pages = new Map([["README.md", overview()]]);
  for (const entry of of("tsgi")) pages.set(`${entry.id}.md`, page(entry));
  pages.set("logs.md", logs());
  pages.set("system.md", system());
  return pages;
}

function of(source: string): readonly Entry[] {
  return entries.filter((entry) => entry.source === source);
}

function overview(): string {
  const rows = of("tsgi").map(({ id, title, whose = "", visitor = "", exit }) =>
    cells(
      `[${id}](${id}.md)`,
      escaped(title),
      escaped(whose),
      escaped(visitor || `exit status ${exit}`),
    ),
  );
  return `${MADE}
# Codes

Every error of TSGI has a \`code\`: in the log (\`"code":"LIMIT"\`), in the web server's log, and as \`error.code\` in a program. A code
is part of the interface, the message behind it is prose. Offline, and with the cause that a line tells:

\`\`\`sh
tsgi explain LISTEN
tsgi explain 'connect() to unix:/run/app/app.sock failed (13: Permission denied) while connecting to upstream'
tail -n 1000 /var/log/nginx/error.log | tsgi explain -
\`\`\`

| code | means | whose doing | what a visitor sees |
| --- | --- | --- | --- |
${rows.join("\n")}

[What web servers write](logs.md) when something is wrong with the process behind them · [Words of the system](system.md): EACCES, ENOENT … · [Findings of \`tsgi doctor\`](../doctor.md)
`;
}

function page(entry: Entry): string {
  const { id, title, whose, means, visitor, exit, options, causes } = entry;
  const facts = [
    ["whose doing", whose],
    ["visitors see", visitor],
    ["the process ends with", exit],
    ["options", options?.map((flag) => `\`${flag}\``).join(", ")],
  ]
    .filter(([, text]) => text)
    .map(([name, text]) =>
      cells(`${name}`, name === "options" ? `${text}` : escaped(`${text}`)),
    );
  const told = causes.map((cause) => section(cause));
  return `${MADE}
# ${id}: ${escaped(title)}

| | |
| --- | --- |
${facts.join("\n")}
${means ? `\n${escaped(means)}\n` : ""}
${told.join("\n")}
[All codes](README.md)
`;
}

function section({ cause, proof, cure, says = [] }: Cause): string {
  const messages = says.map((text) => `- \`${text}\``);
  const list = messages.length > 0 ? `\n${messages.join("\n")}\n` : "";
  return `## ${capital(escaped(cause))}\n${list}\n**See that it is this:** ${escaped(proof)}\n\n**Mend it:** ${escaped(cure)}\n`;
}

function logs(): string {
  const servers = sources.filter(
    ({ name }) => !["tsgi", "system"].includes(name),
  );
  const links = servers.map(({ title }) => `[${title}](#${anchor(title)})`);
  const parts = servers.map(({ name, title }) => {
    const told = of(name).map(line);
    return `## ${title}\n\n${told.join("\n")}`;
  });
  return `${MADE}
# What web servers write

Lines of the servers' own logs, and what they mean for a process of TSGI. \`tsgi explain\` finds them, with the paths that a line names.
Each was taken from a real server (\`test/fixtures/server-logs\`).

${links.join(" · ")}

${parts.join("\n")}
[Codes of TSGI](README.md)
`;
}

function line({ id, title, means, visitor, says = [], causes }: Entry): string {
  const facts = [
    ...(means ? [escaped(means)] : []),
    ...(visitor ? [`Visitors see ${escaped(visitor)}.`] : []),
  ];
  const messages = says.map((text) => `- \`${text.trim()}\``);
  const told = causes.map(({ cause, proof, cure }) =>
    cells(escaped(cause), escaped(proof), escaped(cure)),
  );
  return `### ${id}: ${escaped(title)}

${messages.join("\n")}
${facts.length > 0 ? `\n${facts.join(" ")}\n` : ""}
| cause | see that it is this | mend it |
| --- | --- | --- |
${told.join("\n")}
`;
}

function system(): string {
  const rows = of("system").flatMap(({ id, title, causes }) =>
    causes.map(({ cause, proof, cure }) =>
      cells(
        `\`${id}\``,
        escaped(title),
        escaped(cause),
        escaped(proof),
        escaped(cure),
      ),
    ),
  );
  return `${MADE}
# Words of the system

What the system answered, as it stands in messages of Node, of TSGI and of web servers.

| word | means | cause | see that it is this | mend it |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

[Codes of TSGI](README.md)
`;
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Text as it is, in Markdown. */
function escaped(text: string): string {
  return text.replace(/[<*_`[\]$]/g, "\\$&");
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}
