// A program for test/fastcgi/young-generation.test.ts: serves many requests on one connection, and
// prints how often V8 has collected its old generation meanwhile, and how often the young one.
import type { Socket } from "node:net";
import { constants, PerformanceObserver } from "node:perf_hooks";
import { Duplex } from "node:stream";
import { fromNode } from "../../src/adapters/node.ts";
import { settingsFrom } from "../../src/common/settings.ts";
import { Connection } from "../../src/fastcgi/connection.ts";
import { Load } from "../../src/fastcgi/load.ts";
import { limitsFrom } from "../../src/fastcgi/options.ts";
import { Queue } from "../../src/fastcgi/queue.ts";
import { SpoolBudget } from "../../src/fastcgi/spool-budget.ts";
import { hello } from "./in-process.ts";
import { request } from "./peer.ts";

const [kind, count] = process.argv.slice(2);
const limits = limitsFrom({});
const model = { multiprocess: false, runOnce: false, concurrent: true };
const nodeHello = fromNode((_req, res) => res.end("hello"));
const socket = new Duplex({
  read() {},
  write(_chunk, _encoding, done) {
    done();
  },
});
new Connection(socket as Socket, {
  application: kind === "node" ? nodeHello : hello,
  settings: settingsFrom({}, model),
  limits,
  load: new Load(),
  queue: new Queue(limits),
  spools: new SpoolBudget(limits.maxSpooledBytes),
});

const seen = { young: 0, old: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { kind } = (entry as unknown as { detail: { kind: number } }).detail;
    if (kind === constants.NODE_PERFORMANCE_GC_MINOR) seen.young++;
    if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) seen.old++;
  }
}).observe({ entryTypes: ["gc"] });

const bytes = request();
for (let sent = 0; sent < Number(count); sent++) {
  socket.push(bytes);
  if (sent % 10 === 0) await new Promise(setImmediate);
}
await new Promise(setImmediate);
console.log(JSON.stringify(seen));
process.exit();
