// A process that shares figures: it "serves" as many requests as it is told to, over stdin, line by line.
import { createInterface } from "node:readline";
import { SharedFigures } from "../../src/insight/shared-figures.ts";
import { noTotals } from "../../src/insight/totals.ts";
import { worker } from "./sample.ts";

const [folder = ""] = process.argv.slice(2);
let total = 0;
const shared = new SharedFigures(
  folder,
  () =>
    worker({ pid: process.pid, worker: 0, requests: { ...noTotals(), total } }),
  (error) => console.log(`failed: ${error}`),
);
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const [what, count] = line.split(" ");
  if (what === "serve") total += Number(count);
  if (what === "leave") shared.leave();
  // Asking writes what this process has.
  const told = what === "leave" ? "left" : JSON.stringify(shared.status());
  console.log(told);
  if (what === "leave") process.exit();
}
