import { everybody } from "../contenders/index.ts";
import type { Scenario } from "../harness/scenario.ts";
import { behind } from "./behind.ts";
import { bytes, jsonEcho } from "./work.ts";

/** Answers that do not fit into a record or a socket's buffer, and a body to read. */
export const scenarios: readonly Scenario[] = [
  ...[64, 1024].map((kibibytes) =>
    behind({
      name: `nginx-body-${kibibytes}k`,
      title: `${kibibytes === 64 ? "64 KB" : "1 MB"} of body behind nginx, 32 clients`,
      server: "nginx",
      work: bytes(kibibytes * 1024),
      clients: 32,
      contenders: everybody,
    }),
  ),
  behind({
    name: "nginx-json-echo",
    title:
      "10 KB of JSON posted, parsed and sent back behind nginx, 32 clients",
    server: "nginx",
    work: jsonEcho,
    clients: 32,
    contenders: everybody,
  }),
];
