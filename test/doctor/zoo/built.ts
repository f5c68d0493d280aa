// What tsgi build and tsgi-cgi --resident write, for the zoo to break.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { residentScript } from "../../../src/resident/script.ts";
import { CHECKOUT, installation } from "../../support/servers/installation.ts";
import type { Sandbox } from "../../support/servers/sandbox.ts";

const made = new Map<string, string>();

/** A file of tsgi build with `source` in it; built once. */
export function builtText(source: string, ...options: string[]): string {
  const key = [source, ...options].join("\n");
  const known = made.get(key);
  if (known !== undefined) return known;
  const { root, bin } = installation();
  const file = join(root, `source-${made.size}.mjs`);
  const output = join(root, `built-${made.size}.cgi`);
  writeFileSync(file, source);
  const node = ["--node", join(bin, "node")];
  const args = ["build", ...options, ...node, file, "-o", output];
  execFileSync(join(CHECKOUT, "bin/tsgi"), args, { stdio: "pipe" });
  const text = readFileSync(output, "latin1");
  made.set(key, text);
  return text;
}

/** The same as the relay to a process that stays. */
export function builtRelayText(sandbox: Sandbox, source: string): string {
  const text = builtText(source, "--resident");
  const [base] = relayBase(sandbox);
  return text.replace("my $base = '/tmp';", () => `my $base = '${base}';`);
}

/** The relay of the application in the sandbox. */
export function relayText(sandbox: Sandbox): string {
  const [base, node] = relayBase(sandbox);
  const ours = join(sandbox.app, "node_modules/tsgi");
  const words = ["--mount=/app", "--", join(sandbox.app, "app.js")];
  return residentScript({
    once: [node, join(ours, "bin/tsgi-cgi"), ...words],
    stay: [node, join(ours, "dist/cli/serving/resident-main.js"), ...words],
    base,
  });
}

/** A folder that all may write, as /tmp; and Node. */
function relayBase({ root }: Sandbox): [base: string, node: string] {
  const base = join(root, "r");
  mkdirSync(base, { recursive: true });
  chmodSync(base, 0o1777);
  return [base, join(installation().bin, "node")];
}
