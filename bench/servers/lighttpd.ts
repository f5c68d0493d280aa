import { subfolder } from "../harness/folder.ts";
import type { WebServerKind } from "./server.ts";

/** Debian's lighttpd.conf in small. It makes a connection for each request, over either protocol. */
export const lighttpd: WebServerKind = {
  name: "lighttpd",
  program: "lighttpd",
  mount: "/",
  setups: {
    kept: {
      fastcgi: "lighttpd/fastcgi.conf",
      http: "bench/servers/lighttpd-proxy.conf",
    },
    streaming: {
      fastcgi: "lighttpd/fastcgi.conf",
      http: "bench/servers/lighttpd-proxy.conf",
    },
  },
  addParams: (site) => site,
  main: (folder, port, site) => `
server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${subfolder(folder, "public")}"
server.errorlog = "${folder}/error.log"
server.upload-dirs = ( "${subfolder(folder, "uploads")}" )
server.max-keep-alive-requests = 100000
server.max-connections = 2048
server.listen-backlog = 1024
${process.getuid?.() === 0 ? 'server.username = "www-data"\nserver.groupname = "www-data"' : ""}
include "${site}"
`,
  args: (main) => ["-D", "-f", main],
};
