import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder nobody else may enter, which goes with this process. A hidden one: where somebody
 * previews an application in /tmp itself, what happens here is no change of it.
 */
export function privateFolder(): string {
  const path = mkdtempSync(join(tmpdir(), ".tsgi-"));
  process.on("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}
