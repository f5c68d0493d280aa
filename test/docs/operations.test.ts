// docs/operations.md names what there is, and nothing else: signals, options, exit statuses, fields, metrics, codes.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EXIT } from "../../src/cli/exit-codes.ts";
import { optionGroups } from "../../src/cli/options/options.ts";
import { entries } from "../../src/explain/index.ts";
import { run } from "../cli/command.ts";
import { Supervised } from "../cli/supervising.ts";
import { sources } from "../explain/sources.ts";
import { root } from "./blocks.ts";

const page = readFileSync(join(root, "docs/operations.md"), "utf8");

/** A section's text, without those inside of it. */
function section(title: string): string {
  const start = page.indexOf(`# ${title}\n`);
  assert.ok(start >= 0, `there is no section ${title}`);
  const rest = page.slice(start + 2);
  const end = rest.search(/^#{2,3} /m);
  return end < 0 ? rest : rest.slice(0, end);
}

/** What the first column of a section's tables names in code. */
function named(text: string): string[] {
  const cells = text.matchAll(/^\| (`[^|]*) \|/gm);
  return [...cells].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

function source(file: string): string {
  const text = sources.get(file);
  assert.ok(text !== undefined, file);
  return text;
}

test("every signal that is obeyed is in the page, and no other", () => {
  const files = [
    "cli/serving/signals.ts",
    "cli/interruption.ts",
    "cli/serving/supervisor-signals.ts",
  ];
  const obeyed = new Set(
    files.flatMap((file) => source(file).match(/\bSIG[A-Z0-9]+\b/g) ?? []),
  );
  const rows = section("Signals").match(/^\| SIG[^|]*/gm) ?? [];
  const told = new Set(rows.join().match(/\bSIG[A-Z0-9]+\b/g));
  // Node's own.
  told.delete("SIGUSR1");
  assert.deepEqual([...told].sort(), [...obeyed].sort());
});

test("options that the page names exist, and it has those of running for long", () => {
  const groups = new Map(
    optionGroups.map(({ title, options }) => [
      title,
      options.map(({ name }) => `--${name}`),
    ]),
  );
  const all = new Set([...groups.values()].flat());
  const others = new Set(["--json", "--max-old-space-size"]);
  const told = new Set(page.match(/(?<![\w-])--[a-z][\w-]*/g));
  for (const flag of told) assert.ok(all.has(flag) || others.has(flag), flag);
  for (const title of ["Workers", "Insight", "Limits of a process"]) {
    for (const flag of groups.get(title) ?? []) {
      assert.ok(told.has(flag), `${title}: ${flag}`);
    }
  }
});

test("exit statuses are those of the commands", () => {
  const rows = section("Exit status").match(/^\| \d+ /gm) ?? [];
  const told = rows.map((row) => Number(row.slice(2)));
  assert.deepEqual(told, Object.values(EXIT));
});

test("fields of the status are those of its types", () => {
  const text = source("insight/figures.ts");
  const fields = (name: string): string[] => {
    const found = new RegExp(`interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(
      text,
    );
    return [...(found?.[1] ?? "").matchAll(/^ {2}readonly (\w+)\??:/gm)].map(
      ([, field = ""]) => field,
    );
  };
  const [status = "", rest = ""] = section("Fields of the status").split(
    "Of a worker:",
  );
  const [worker = "", totals = ""] = rest.split("Totals:");
  for (const [name, part] of [
    ["Status", status],
    ["WorkerFigures", worker],
    ["RequestTotals", totals],
  ] as const) {
    assert.deepEqual(named(part).sort(), fields(name).sort(), name);
  }
  for (const name of ["SlowRequest", "PoolEvent", "Durations"]) {
    for (const field of fields(name)) {
      assert.ok(page.includes(`\`${field}\``), `${name}.${field}`);
    }
  }
});

test("metrics are those that are written", () => {
  const text = source("insight/open-metrics.ts");
  const written = new Set(text.match(/(?<=")tsgi_\w+(?=")/g));
  assert.deepEqual(named(section("Metrics")).sort(), [...written].sort());
  for (const name of page.match(/\btsgi_\w+/g) ?? []) {
    assert.ok(written.has(name), name);
  }
});

test("fields of the access log are those that are written", () => {
  const text = source("common/access-log-format.ts");
  const [, object = ""] =
    /JSON\.stringify\(\{\n([\s\S]*?)\n {2}\}\)/.exec(text) ?? [];
  const written = [...object.matchAll(/^ {4}(\w+)[:,]/gm)].map(
    ([, field = ""]) => field,
  );
  const log = section("The log");
  const told = named(log.slice(log.indexOf("**The access log**")));
  assert.deepEqual(told.sort(), written.sort());
});

test("the commands of the page work", async (t) => {
  const [, line = ""] = /^tsgi-fcgi ([\s\S]*?)\n```/m.exec(page) ?? [];
  const options = line.replaceAll("\\\n", "").split(/\s+/).slice(0, -1);
  const site = await Supervised.start(t, withoutPaths(options));
  const commands = page.match(/^tsgi (?:request|ctl) .*$/gm) ?? [];
  assert.ok(commands.length >= 3);
  for (const command of commands) {
    const [text = ""] = command.replace(/^tsgi /, "").split(/ {2,}#/);
    const args = text
      .trim()
      .replace("/run/app/app.sock", site.socket)
      .replace("/run/app/control.sock", site.control)
      .split(" ");
    const { status, stderr } = await run(t, "tsgi", args);
    assert.equal(status, 0, `${command}: ${stderr}`);
  }
});

/** Those that a site of the tests brings itself, and a group which not every machine has. */
function withoutPaths(options: readonly string[]): string[] {
  const own = ["--socket", "--control", "--socket-group"];
  return options.filter(
    (word, at) => !own.includes(word) && !own.includes(options[at - 1] ?? ""),
  );
}

test("each fault of the page has a test, and each file of test/faults a fault", () => {
  const folder = join(root, "test/faults");
  const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8"));
  const rows = section("Faults and what becomes of them").match(
    /^\| (?!fault |---)[^|]+(?= \|)/gm,
  );
  const faults = (rows ?? []).flatMap((row) => row.slice(2).split(", "));
  assert.ok(faults.length >= files.length);
  for (const fault of faults) {
    assert.ok(
      texts.some((text) => text.includes(fault)),
      `no test is about ${fault}`,
    );
  }
  for (const [index, text] of texts.entries()) {
    assert.ok(
      faults.some((fault) => text.includes(fault)),
      `${files[index]} is about no fault of the page`,
    );
  }
});

test("codes are those of the registry", () => {
  const codes = new Set(
    entries.filter(({ source }) => source === "tsgi").map(({ id }) => id),
  );
  for (const [, code = ""] of page.matchAll(/\]\(errors\/(\w+)\.md/g)) {
    if (["README", "logs", "system"].includes(code)) continue;
    assert.ok(codes.has(code), code);
  }
});

test("links lead to pages and sections that exist", () => {
  for (const [, target = "", anchor] of page.matchAll(
    /\]\(([\w./-]*)(?:#([\w-]+))?\)/g,
  )) {
    const file = target === "" ? "operations.md" : target;
    const path = join(root, "docs", file);
    assert.ok(existsSync(path), target);
    if (anchor === undefined) continue;
    const titles = readFileSync(path, "utf8").match(/^#+ .*$/gm) ?? [];
    const anchors = titles.map((title) =>
      title
        .replace(/^#+ /, "")
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    assert.ok(anchors.includes(anchor), `${target}#${anchor}`);
  }
});
