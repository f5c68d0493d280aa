import type { MainFor } from "./main.ts";

/** Debian's haproxy.cfg in small. */
export const haproxyMain: MainFor = (ground, port, certificate) => {
  const { account } = ground;
  return {
    replacements: {
      "bind :80": `bind 127.0.0.1:${port}${certificate ? ` ssl crt ${certificate}` : ""}`,
    },
    text: () => `
global
  log stdout format raw local0
  nbthread 1
${account ? `  user ${account.user}\n  group ${account.group}` : ""}
`,
    args: (main, site) => ["-db", "-f", main, "-f", site],
  };
};
