import type { Sandbox } from "./sandbox.ts";
import type { Main } from "./server.ts";

/** Debian's haproxy.cfg in small. */
export function haproxyMain(sandbox: Sandbox, port: number): Main {
  const { account } = sandbox;
  return {
    replacements: { "bind :80": `bind 127.0.0.1:${port}` },
    text: () => `
global
  log stdout format raw local0
  nbthread 1
${account ? `  user ${account.user}\n  group ${account.group}` : ""}
`,
    args: (main, site) => ["-db", "-f", main, "-f", site],
  };
}
