import {
  expressHttp,
  nodeHttp,
  tsgi,
  tsgiExpress,
} from "../contenders/index.ts";
import type { Scenario } from "../harness/scenario.ts";
import { behind } from "./behind.ts";
import { hello, jsonEcho } from "./work.ts";

/** What the adapter costs: the same Express application on both, and both without it. */
export const scenarios: readonly Scenario[] = [hello, jsonEcho].map((work) =>
  behind({
    name: `nginx-express-${work === hello ? "hello" : "json"}-32`,
    title: `Express, ${work.name}, behind nginx, 32 clients`,
    server: "nginx",
    work,
    clients: 32,
    contenders: [expressHttp, tsgiExpress, nodeHttp, tsgi],
  }),
);
