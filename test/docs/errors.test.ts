// The pages which tables make are up to date, and their commands work.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { errorPages } from "../../scripts/error-markdown.ts";
import { optionsPage } from "../../scripts/option-markdown.ts";
import { run } from "../cli/tsgi.ts";
import { root } from "./blocks.ts";

const folder = join(root, "docs/errors");

test("docs/errors has a page for each code, as npm run docs writes it", () => {
  const pages = errorPages();
  assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()].sort());
  for (const [name, text] of pages) {
    assert.equal(readFileSync(join(folder, name), "utf8"), text, name);
  }
});

test("docs/options.md is the table of options, as npm run docs writes it", () => {
  const page = readFileSync(join(root, "docs/options.md"), "utf8");
  assert.equal(page, optionsPage());
});

test("docs/errors links to pages that exist", () => {
  const pages = errorPages();
  for (const [name, text] of pages) {
    for (const [, target = ""] of text.matchAll(/\]\(([\w.]+)\)/g)) {
      assert.ok(pages.has(target), `${name}: ${target}`);
    }
    for (const [, anchor = ""] of text.matchAll(/\]\(#([\w-]+)\)/g)) {
      const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      assert.ok(titles.includes(anchor), `${name}: #${anchor}`);
    }
  }
});

test("the commands of docs/errors/README.md explain", async (t) => {
  const page = readFileSync(join(folder, "README.md"), "utf8");
  const commands = page.match(/^tsgi explain (?:\S+|'.*')$/gm) ?? [];
  assert.ok(commands.length >= 2);
  for (const command of commands) {
    const text = command.slice("tsgi explain ".length).replaceAll("'", "");
    assert.equal((await run(t, ["explain", text])).status, 0, command);
  }
});
