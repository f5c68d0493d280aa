// Writes docs/errors/, a page for each code and one for each kind of log, from src/explain.
// With --check it only tells whether that is up to date.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { errorPages } from "./error-markdown.ts";

const folder = fileURLToPath(new URL("../docs/errors/", import.meta.url));
const pages = errorPages();
mkdirSync(folder, { recursive: true });
const surplus = readdirSync(folder).filter((name) => !pages.has(name));
if (process.argv.includes("--check")) {
  const stale = [...pages].filter(([name, text]) => read(name) !== text);
  for (const name of [...stale.map(([name]) => name), ...surplus]) {
    console.error(
      `docs/errors/${name} is not up to date: npm run docs writes it anew`,
    );
    process.exitCode = 1;
  }
} else {
  for (const name of surplus) rmSync(folder + name);
  for (const [name, text] of pages) writeFileSync(folder + name, text);
}

function read(name: string): string | undefined {
  try {
    return readFileSync(folder + name, "utf8");
  } catch {
    return undefined;
  }
}
