// The responder is killed again and again under load. What may fail is what it was working on, and that says so.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { siteFor } from "./site.ts";

/** Requests at a time, and in all. */
const CLIENTS = 4;
const REQUESTS = 400;

test("a responder that is killed at random fails nothing but what it was working on", async (t) => {
  const site = siteFor(t, {
    application: `const { appendFileSync } = require("node:fs");
      const { setTimeout: delay } = require("node:timers/promises");
      module.exports = async (environ, startResponse) => {
        const stays = !environ["tsgi.run_once"];
        appendFileSync("runs", environ.HTTP_ID + " " + (stays ? process.pid : 0) + "\\n");
        await delay(3);
        startResponse("200 OK", [["Content-Type", "text/plain"]]);
        return stays ? String(process.pid) : "one-shot";
      };`,
    pauseSeconds: 0,
  });
  site.write("runs", "");
  await site.warm();
  const lost: string[] = [];
  const answered: string[] = [];
  const counts = { resident: 0, oneShot: 0, kills: 0 };
  const killed = new Set<string>();
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < REQUESTS) {
      const id = `request-${next++}`;
      const { head, body } = await site.run({ env: { HTTP_ID: id } });
      const text = body.toString();
      if (head.startsWith("Status: 502 ")) {
        assert.match(text, /RESIDENT_LOST/);
        lost.push(id);
      } else {
        assert.match(head, /Status: 200 OK/, text);
        answered.push(id);
      }
      if (text === "one-shot") counts.oneShot++;
      else if (/^\d+$/.test(text)) {
        counts.resident++;
        // Whoever finds a responder that has served for a while kills it, while others wait for it.
        if (!killed.has(text) && Math.random() < 0.1) {
          killed.add(text);
          counts.kills++;
          process.kill(Number(text), "SIGKILL");
        }
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const runs = readFileSync(`${site.folder}/runs`, "utf8").trim().split("\n");
  const ran = (id: string): number =>
    runs.filter((line) => line.startsWith(`${id} `)).length;
  t.diagnostic(JSON.stringify({ ...counts, lost: lost.length }));
  assert.ok(counts.kills > 0);
  assert.equal(answered.length + lost.length, REQUESTS);
  for (const id of answered) assert.equal(ran(id), 1, id);
  // Handed over, and perhaps begun; never twice, and never in another process.
  for (const id of lost) {
    assert.ok(ran(id) <= 1, id);
    const [, pid = ""] =
      runs.find((line) => line.startsWith(`${id} `))?.split(" ") ?? [];
    assert.ok(pid === "" || killed.has(pid), `${id} by ${pid}`);
  }
  assert.ok(lost.length <= counts.kills * (CLIENTS - 1));
});
