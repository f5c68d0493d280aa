// What the sources say in errors.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../../src/", import.meta.url));

/** The text of src/, without the registry itself. */
export const sources: ReadonlyMap<string, string> = new Map(
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("explain/"))
    .map((name) => [name, readFileSync(src + name, "utf8")]),
);

/** An error that is made somewhere, with `X` for what the code puts in. */
export interface Thrown {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

const MADE = /TsgiError\(\s*"([A-Z_]+)",\s*(?:`([^`]*)`|"((?:[^"\\]|\\.)*)")/g;

/** Where code and message stand in the call. */
export const thrown: readonly Thrown[] = [...sources].flatMap(([file, text]) =>
  [...text.matchAll(MADE)].map(([, code = "", template, plain]) => ({
    file,
    code,
    message: (template ?? plain ?? "")
      .replace(/\$\{[^}]*\}/g, "X")
      .replaceAll('\\"', '"'),
  })),
);
