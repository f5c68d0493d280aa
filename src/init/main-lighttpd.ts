import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { MainFor } from "./main.ts";

/** Debian's lighttpd.conf in small. */
export const lighttpdMain: MainFor = (ground, port, certificate) => {
  const { account, app, log } = ground;
  const uploads = join(ground.root, "uploads");
  mkdirSync(uploads);
  ground.give(uploads);
  return {
    replacements: {},
    text: (site) => `
server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${app}/public"
server.errorlog = "${log}/error.log"
server.upload-dirs = ( "${uploads}" )
${account ? `server.username = "${account.user}"\nserver.groupname = "${account.group}"` : ""}
${certificate ? `server.modules += ( "mod_openssl" )\nssl.engine = "enable"\nssl.pemfile = "${certificate}"` : ""}
include "${site}"
`,
    args: (main) => ["-D", "-f", main],
  };
};
