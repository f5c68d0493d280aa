import { nodeHttp, tsgi } from "../contenders/index.ts";
import { go, uwsgi } from "../contenders/others.ts";
import type { Scenario } from "../harness/scenario.ts";
import { behind } from "./behind.ts";
import { hello } from "./work.ts";

/** More than one process. On few cores the web server and the load compete with them. */
export const scenarios: readonly Scenario[] = [1, 2].map((workers) =>
  behind({
    name: `nginx-workers-${workers}`,
    title: `Hello behind nginx, 64 clients, ${workers === 1 ? "1 worker" : "2 workers"}`,
    server: "nginx",
    work: hello,
    clients: 64,
    workers,
    contenders: [nodeHttp, tsgi, go, uwsgi],
    notes:
      workers === 1
        ? []
        : [
            "tsgi and node:http: two processes on two sockets, between which nginx alternates",
          ],
  }),
);
