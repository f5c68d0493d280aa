// Reloads under load behind real web servers lose no request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { application } from "../cli/supervising.ts";
import { HttpLoad } from "../support/http-load.ts";
import { missing } from "../support/servers/server.ts";
import { type Front, WorkersSite } from "./workers.ts";

const CLIENTS = 8;
/** Answers before the first reload, and after each. */
const ANSWERS = 150;
const FRONTS: readonly Front[] = [
  {
    name: "nginx, which keeps connections",
    server: "nginx",
    file: "nginx/keepalive.conf",
  },
  {
    name: "Apache, which keeps connections (enablereuse)",
    server: "apache",
    file: "apache/proxy-fcgi.conf",
  },
  {
    name: "Apache, which makes a connection for each request",
    server: "apache",
    file: "apache/proxy-fcgi.conf",
    changes: { "enablereuse=on flush": "enablereuse=off flush" },
  },
];

for (const front of FRONTS) {
  const what = missing(front.server, false);
  const skip =
    what !== undefined && process.env.CI !== "true" && `${what} is missing`;
  test(`three reloads behind ${front.name} lose no request`, {
    skip,
  }, async (t) => {
    const words = ["one", "two", "three", "four"];
    const site = await WorkersSite.start(front, application("one"));
    t.after(() => site.stop());
    const load = new HttpLoad(site.port, site.target, CLIENTS);
    await load.more(ANSWERS);
    for (const [index, word] of words.slice(1).entries()) {
      site.deploy(application(word));
      site.service.signal("SIGHUP");
      await site.logged(/SIGHUP: new workers serve/, index + 1);
      await load.more(ANSWERS);
    }
    const { answered, failures } = await load.stop();
    assert.deepEqual(failures, [], site.log);
    assert.deepEqual([...load.bodies.keys()], words);
    const { totals, generation, restarts } = await site.status();
    assert.equal(generation, 4);
    // The supervisor's own count: none was asked for twice behind the client's back.
    assert.equal(totals.total, answered);
    assert.equal(totals.byClass[2], answered);
    assert.equal(totals.aborted, 0);
    assert.deepEqual(restarts, {});
    assert.doesNotMatch(site.log, /upstream|\[\w+:error\]/);
  });
}
