// All there is to explain. A further table needs a line here, and its ids must be new.
import { codes } from "./codes.ts";
import { residentCodes } from "./codes-resident.ts";
import type { Entry, Table } from "./entry.ts";
import { apacheLines } from "./lines-apache.ts";
import { cgiLines, suexecLines } from "./lines-cgi.ts";
import { fcgidLines } from "./lines-fcgid.ts";
import { haproxyLines } from "./lines-haproxy.ts";
import { lighttpdLines } from "./lines-lighttpd.ts";
import { nginxLines } from "./lines-nginx.ts";
import { nodeLines } from "./lines-node.ts";
import { systemWords } from "./system.ts";

/** Who says such things. */
export interface Source {
  /** As people ask for it: `"nginx"`. */
  readonly name: string;
  /** A heading. */
  readonly title: string;
  readonly table: Table;
}

/** In the order of the pages. */
export const sources: readonly Source[] = [
  { name: "tsgi", title: "Codes of TSGI", table: codes },
  { name: "resident", title: "Resident CGI", table: residentCodes },
  { name: "apache", title: "Apache and mod_proxy_fcgi", table: apacheLines },
  { name: "cgi", title: "Apache: CGI programs", table: cgiLines },
  { name: "fcgid", title: "Apache: mod_fcgid", table: fcgidLines },
  { name: "suexec", title: "Apache: suEXEC", table: suexecLines },
  { name: "nginx", title: "nginx", table: nginxLines },
  { name: "lighttpd", title: "lighttpd", table: lighttpdLines },
  { name: "haproxy", title: "HAProxy", table: haproxyLines },
  { name: "node", title: "Node, the shell and spawn-fcgi", table: nodeLines },
  { name: "system", title: "Words of the system", table: systemWords },
];

/** Every entry of every table. */
export const entries: readonly Entry[] = sources.flatMap(({ name, table }) =>
  Object.entries(table).map(([id, row]) => ({ id, source: name, ...row })),
);
