// Those which run on Node: ours, and whom ours is compared with first.
import { join } from "node:path";
import { CHECKOUT } from "../harness/folder.ts";
import type { Command } from "../harness/program.ts";
import {
  built,
  CONTENDERS,
  type Contender,
  node,
  type Place,
  PROGRAMS,
} from "./contender.ts";

const ENTRY = built("cli/tsgi-fcgi.js");
const EXPRESS = join(CHECKOUT, "node_modules/express/package.json");
const NODE_FASTCGI = join(CHECKOUT, "node_modules/node-fastcgi/package.json");

export const tsgi: Contender = {
  name: "tsgi",
  protocol: "fastcgi",
  needs: [ENTRY],
  command: (place) => responder(place, "hello.js"),
};

/** With figures kept, as every worker does. */
export const tsgiWithFigures: Contender = {
  ...tsgi,
  name: "tsgi --status-path",
  command: (place) =>
    responder(place, "hello.js", "--status-path", "/-/status"),
};

/** … and a line for each request. */
export const tsgiWithAccessLog: Contender = {
  ...tsgi,
  name: "tsgi --access-log",
  command: (place) =>
    responder(place, "hello.js", "--access-log", `${place.socket}.log`),
};

export const tsgiOnNodeFastcgi: Contender = {
  name: "tsgi --engine node-fastcgi",
  protocol: "fastcgi",
  needs: [ENTRY, NODE_FASTCGI],
  command: (place) => responder(place, "hello.js", "--engine", "node-fastcgi"),
};

export const tsgiExpress: Contender = {
  name: "tsgi, Express",
  protocol: "fastcgi",
  needs: [ENTRY, EXPRESS, built("adapters/index.js")],
  lacks: ["/bytes", "/down", "/up"],
  command: (place) => responder(place, "express-tsgi.js"),
};

export const nodeFastcgi: Contender = {
  name: "node-fastcgi",
  protocol: "fastcgi",
  needs: [NODE_FASTCGI],
  command: ({ socket }) => node(join(PROGRAMS, "node-fastcgi.js"), socket),
};

export const nodeHttp: Contender = {
  name: "node:http",
  protocol: "http",
  needs: [],
  command: ({ socket }) =>
    node("--expose-gc", join(PROGRAMS, "node-http.js"), socket),
};

export const nodeHttpTcp: Contender = {
  ...nodeHttp,
  name: "node:http, TCP",
  isTcp: true,
};

export const expressHttp: Contender = {
  name: "node:http, Express",
  protocol: "http",
  needs: [EXPRESS],
  lacks: ["/bytes", "/down", "/up"],
  command: ({ socket }) =>
    node("--expose-gc", join(PROGRAMS, "node-http.js"), socket, "express"),
};

/** The command of the package, as it is installed. */
function responder(
  { socket, mount }: Place,
  application: string,
  ...options: readonly string[]
): Command {
  return node(
    "--expose-gc",
    join(CHECKOUT, "bin/tsgi-fcgi"),
    ...["--socket", socket, "--socket-mode", "666", "--mount", mount || "/"],
    ...["--max-connections", "20000", "--no-inherited"],
    ...options,
    join(CONTENDERS, "apps", application),
  );
}
