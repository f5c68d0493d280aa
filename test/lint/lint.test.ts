import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Application } from "../../src/common/types.ts";
import { type Finding, LintError, lint } from "../../src/lint/index.ts";
import {
  begin,
  hello,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

const here = fileURLToPath(import.meta.url);

const wrongStatus: Application = (_environ, startResponse) => {
  startResponse("200OK" as "200 OK", TEXT);
  return "x";
};

const oddHeader: Application = (_environ, startResponse) => {
  startResponse("200 OK", [...TEXT, ["X-", "y"]]);
  return "x";
};

test("lint fails the request, and says where, by which rule, and what to change", async () => {
  const answer = await request(lint(wrongStatus));
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(
    answer.errors,
    /Cannot pass F5\.05, rule A7\.02: the status is "200OK"; write "200 OK"/,
  );
  assert.match(answer.errors, new RegExp(`${here}:\\d+:\\d+`));
});

test("lint tells onFinding everything", async () => {
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => findings.push(finding);
  await request(lint(wrongStatus, { onFinding }));
  const answer = await request(lint(oddHeader, { onFinding }));
  assert.deepEqual(
    findings.map(({ id, level, rule }) => [id, level, rule]),
    [
      ["F5.05", "error", "A7.02"],
      ["F6.10", "warning", "A7.10"],
    ],
  );
  for (const { place } of findings) assert.ok(place?.startsWith(`${here}:`));
  assert.equal(answer.errors, "");
});

test("lint logs a warning once for each place", async () => {
  const application = lint(oddHeader);
  const first = await request(application);
  assert.equal(first.errors.match(/F6\.10/g)?.length, 1);
  assert.ok(first.errors.includes(`(${here}:`));
  assert.equal((await request(application)).errors, "");
  const elsewhere = lint(oddHeader);
  assert.match((await request(elsewhere)).errors, /F6\.10/);
});

test("lint ignores what it is told to", async () => {
  const odd = await request(lint(oddHeader, { ignore: ["F6.10"] }));
  assert.equal(odd.errors, "");
  const wrong = await request(
    lint(wrongStatus, { ignore: ["F5.05", "F5.02"] }),
  );
  assert.match(wrong.errors, /STATUS/, "the server refuses it all the same");
});

test("lint fails the request although the application swallows the finding", async () => {
  const swallows: Application = (_environ, startResponse) => {
    const write = startResponse("200 OK", TEXT);
    void write(5 as never);
    return "x";
  };
  const answer = await request(lint(swallows));
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(answer.errors, /F7\.20/);
});

test("lint lets an application answer a finding by an error page of its own", async () => {
  const recovers: Application = (environ, startResponse) => {
    try {
      return wrongStatus(environ, startResponse);
    } catch (error) {
      startResponse("500 Oops", TEXT, error);
      return error instanceof LintError ? error.finding.id : "?";
    }
  };
  const answer = await request(lint(recovers));
  assert.equal(answer.status, "500 Oops");
  assert.equal(answer.text, "F5.05");
});

test("lint closes a body which the server never sees", async () => {
  let closed = 0;
  const application: Application = () =>
    Object.assign([5 as never], { close: () => closed++ });
  await request(lint(application));
  assert.equal(closed, 1);
});

test("lint ends the iteration of a body which has a wrong chunk", async () => {
  const events: string[] = [];
  const application: Application = (_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return (function* () {
      try {
        yield "good";
        yield 5 as never;
      } finally {
        events.push("left");
      }
    })();
  };
  const answer = await request(lint(application));
  assert.equal(answer.outcome, "failed");
  assert.deepEqual(events, ["left"]);
});

test("lint leaves a server's file bodies as fast as they are, and checks them", async () => {
  const file = () => new Blob(["hello"]);
  const send =
    (length: string): Application =>
    (environ, startResponse) => {
      startResponse("200 OK", [...TEXT, ["Content-Length", length]]);
      return environ["tsgi.file_wrapper"]?.(file()) ?? "";
    };
  const part = await request(lint(send("2")));
  assert.equal(part.text, "he");
  assert.equal(part.outcome, "completed");
  const short = await request(lint(send("9")));
  assert.match(short.errors, /F7\.14/);
});

test("lint passes flush() on, and tells where nobody awaits it", async () => {
  const flushes =
    (wait: boolean): Application =>
    async (_environ, startResponse) => {
      const waiting = startResponse("200 OK", TEXT).flush?.();
      if (wait) await waiting;
      return "body";
    };
  for (const wait of [true, false]) {
    const trace: string[] = [];
    const findings: string[] = [];
    const output = new MemoryOutput(trace);
    output.block();
    const answer = begin(
      lint(flushes(wait), { onFinding: ({ id }) => findings.push(id) }),
      { output },
    );
    await output.sent(0);
    output.release();
    await answer.ended;
    await answer.served;
    assert.deepEqual(trace.slice(0, 2), ["start", "write"]);
    assert.deepEqual(findings, wait ? [] : ["F7.23"]);
  }
});

test("lint gives no flush() where the server has none", async () => {
  let flush: unknown;
  const looks: Application = (_environ, startResponse) => {
    flush = startResponse("200 OK", TEXT).flush;
    return "";
  };
  await request((environ, startResponse) =>
    lint(looks)(environ, (status, headers) => {
      const write = startResponse(status, headers);
      return (chunk) => write(chunk);
    }),
  );
  assert.equal(flush, undefined);
});

test("lint lets the input be sent back as a file", async () => {
  const echo: Application = (environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return environ["tsgi.file_wrapper"]?.(environ["tsgi.input"]) ?? "";
  };
  const answer = await request(lint(echo), { method: "POST", body: "again" });
  assert.equal(answer.text, "again");
  assert.equal(answer.errors, "");
});

test("lint passes requests that run at once", async () => {
  const application = lint(hello);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => request(application)),
  );
  assert.ok(answers.every(({ text, errors }) => text === "hello" && !errors));
});
