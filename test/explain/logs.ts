// The captured lines, each with the entry it must lead to.
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../fixtures/server-logs/", import.meta.url);

/** A line of a server's log. */
export interface Captured {
  readonly file: string;
  readonly id: string;
  readonly line: string;
}

/** All of test/fixtures/server-logs. */
export const captured: readonly Captured[] = readdirSync(folder)
  .filter((name) => name.endsWith(".log"))
  .flatMap((file) => {
    let id = "";
    const lines = readFileSync(new URL(file, folder), "utf8").split("\n");
    return lines.flatMap((line) => {
      if (line.startsWith("# ") && !/ .* /.test(line)) {
        id = line.slice(2);
        return [];
      }
      return line === "" ? [] : [{ file, id, line }];
    });
  });
