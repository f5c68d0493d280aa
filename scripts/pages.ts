// Writes the pages which tables in src/ make: docs/errors/ and docs/options.md.
// With --check it only tells whether they are up to date.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { errorPages } from "./error-markdown.ts";
import { optionsPage } from "./option-markdown.ts";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));
mkdirSync(`${docs}errors`, { recursive: true });
const pages = new Map([
  ["options.md", optionsPage()],
  ...[...errorPages()].map(([name, text]) => [`errors/${name}`, text] as const),
]);
const surplus = readdirSync(`${docs}errors`)
  .map((name) => `errors/${name}`)
  .filter((name) => !pages.has(name));
if (process.argv.includes("--check")) {
  const stale = [...pages].filter(([name, text]) => read(name) !== text);
  for (const name of [...stale.map(([name]) => name), ...surplus]) {
    console.error(
      `docs/${name} is not up to date: npm run docs writes it anew`,
    );
    process.exitCode = 1;
  }
} else {
  for (const name of surplus) rmSync(docs + name);
  for (const [name, text] of pages) writeFileSync(docs + name, text);
}

function read(name: string): string | undefined {
  try {
    return readFileSync(docs + name, "utf8");
  } catch {
    return undefined;
  }
}
