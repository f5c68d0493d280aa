import { everybody, nodeHttp, nodeHttpTcp, tsgi } from "../contenders/index.ts";
import {
  nodeFastcgi,
  tsgiOnNodeFastcgi,
  tsgiWithAccessLog,
  tsgiWithFigures,
} from "../contenders/node.ts";
import type { Scenario } from "../harness/scenario.ts";
import { behind } from "./behind.ts";
import { hello, manyHeaders } from "./work.ts";

const node = [nodeHttp, tsgi, tsgiOnNodeFastcgi, nodeFastcgi];

/** The smallest answer there is: what a request costs. */
export const scenarios: readonly Scenario[] = [
  ...[32, 1, 256].map((clients) =>
    behind({
      name: `nginx-hello-${clients}`,
      title: `Hello behind nginx, kept connections, ${clients} ${clients === 1 ? "client" : "clients"}`,
      server: "nginx",
      work: hello,
      clients,
      contenders: [...everybody, nodeHttpTcp],
    }),
  ),
  behind({
    name: "nginx-headers-32",
    title: "30 headers and 4 KB of cookies behind nginx, 32 clients",
    server: "nginx",
    work: manyHeaders,
    clients: 32,
    contenders: everybody,
  }),
  behind({
    name: "nginx-insight-32",
    title:
      "What figures and an access log cost: hello behind nginx, 32 clients",
    server: "nginx",
    work: hello,
    clients: 32,
    contenders: [tsgi, tsgiWithFigures, tsgiWithAccessLog],
  }),
  behind({
    name: "apache-hello-32",
    title:
      "Hello behind Apache, mod_proxy_fcgi and mod_proxy_http with enablereuse=on, 32 clients",
    server: "apache",
    work: hello,
    clients: 32,
    contenders: node,
  }),
  behind({
    name: "lighttpd-hello-32",
    title:
      "Hello behind lighttpd, a connection per request, mod_fastcgi and mod_proxy, 32 clients",
    server: "lighttpd",
    work: hello,
    clients: 32,
    contenders: node,
  }),
];
