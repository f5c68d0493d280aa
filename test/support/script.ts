// A process of its own, for what is about processes: how they end, and what ends them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Runs the text of a module, which imports from the project's folder, as in "./src/index.ts". */
export async function runScript(
  source: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ScriptResult> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", source],
    {
      cwd: new URL("../..", import.meta.url),
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    },
  );
  const exited = once(child, "exit");
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
  ]);
  const [status] = await exited;
  return { stdout, stderr, status };
}
