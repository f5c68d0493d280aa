import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../bin/tsgi-cgi", import.meta.url));

/** `tsgi-cgi` as in a terminal. */
export function runTsgi(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const { REQUEST_METHOD, ...env } = process.env;
  return spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: "utf8",
    env,
  });
}
