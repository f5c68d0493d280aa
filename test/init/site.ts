// A site whose paths are those of nobody.
import { join } from "node:path";
import type { Site } from "../../src/init/site.ts";
import { CHECKOUT } from "../support/servers/installation.ts";

export const SITE: Site = {
  application: "/home/ann/shop/server.ts",
  exported: ":shop",
  folder: "/home/ann/shop",
  name: "shop",
  node: process.execPath,
  commands: join(CHECKOUT, "bin"),
  mount: "/",
  socket: "/run/shop/app.sock",
  publicFolder: "/home/ann/static",
  domain: "shop.example.org",
  group: "webbers",
  output: "/home/ann/out",
};
