import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { AccessEntry } from "../../src/common/access-log-format.ts";
import { TsgiError } from "../../src/common/errors.ts";
import type { Application } from "../../src/common/types.ts";
import { accessLog } from "../../src/middleware/access-log.ts";
import {
  BodyFeed,
  begin,
  hello,
  type InProcessRequest,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

const LATE = { options: { abortGraceMs: 1 } };

/** The entries that these requests leave behind. */
function logged(application: Application): {
  entries: AccessEntry[];
  watched: Application;
} {
  const entries: AccessEntry[] = [];
  const format = (entry: AccessEntry) => {
    entries.push(entry);
    return "";
  };
  const watched = accessLog({ format, sink: () => {} })(application);
  return { entries, watched };
}

async function entryOf(
  application: Application,
  init?: InProcessRequest,
): Promise<AccessEntry> {
  const { entries, watched } = logged(application);
  await request(watched, init);
  assert.equal(entries.length, 1);
  return entries[0] as AccessEntry;
}

test("G5.06 accessLog writes Apache's combined line to tsgi.errors", async () => {
  const answer = await request(accessLog()(hello), {
    target: "/a%20b?c=d",
    headers: [
      ["Referer", "http://example.org/"],
      ["User-Agent", "test/1"],
    ],
    variables: { REMOTE_USER: "jo" },
  });
  assert.match(
    answer.errors,
    /^127\.0\.0\.1 - jo \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/a%20b\?c=d HTTP\/1\.1" 200 5 "http:\/\/example\.org\/" "test\/1"\n$/,
  );
  assert.equal(answer.text, "hello");
});

test("G5.06 accessLog with timed adds milliseconds and the request id", async () => {
  const answer = await request(accessLog({ format: "timed" })(hello), {
    variables: { UNIQUE_ID: "Zx1 2" },
  });
  assert.match(answer.errors, /" 200 5 "-" "-" \d+\.\d{3} Zx1\\x202\n$/);
});

test("G5.06 accessLog with json writes one object a line", async () => {
  const lines: string[] = [];
  const application = accessLog({
    format: "json",
    sink: (line) => lines.push(line),
  })(hello);
  await request(application, {
    target: "/x",
    headers: [["Host", "example.org"]],
    variables: { UNIQUE_ID: "u1" },
  });
  assert.equal(lines.length, 1);
  const { time, durationMs, ...rest } = JSON.parse(lines[0] as string);
  assert.ok(Number.isFinite(Date.parse(time)));
  assert.ok(durationMs >= 0);
  assert.deepEqual(rest, {
    remoteAddress: "127.0.0.1",
    method: "GET",
    host: "example.org",
    target: "/x",
    protocol: "HTTP/1.1",
    status: 200,
    bytes: 5,
    requestId: "u1",
  });
});

test("accessLog escapes whatever the client sent", async () => {
  const evil = 'a"b\\c\n127.0.0.1 \x1b[2J \x9b é';
  for (const format of ["combined", "timed", "json"] as const) {
    const answer = await request(accessLog({ format })(hello), {
      variables: {
        HTTP_USER_AGENT: evil,
        HTTP_REFERER: evil,
        REMOTE_USER: evil,
      },
    });
    assert.match(answer.errors, /^[\x20-\x7e]+\n$/, format);
  }
  const { errors } = await request(accessLog()(hello), {
    variables: { HTTP_USER_AGENT: 'a"b\\\n', REMOTE_USER: "a b" },
  });
  assert.match(errors, / - a\\x20b \[/);
  assert.ok(errors.endsWith(' "a\\"b\\\\\\x0a"\n'));
});

test("accessLog counts bytes, written ones too, and none that HEAD or 304 drop", async () => {
  const mixed: Application = async (_environ, startResponse) => {
    const write = startResponse("200 OK", TEXT);
    await write("ä");
    return ["b", new Uint8Array(3)];
  };
  assert.equal((await entryOf(mixed)).bytes, 6);
  assert.equal((await entryOf(mixed, { method: "HEAD" })).bytes, 0);
  const unmodified = await entryOf((_environ, startResponse) => {
    startResponse("304 Not Modified", []);
    return "";
  });
  assert.deepEqual([unmodified.status, unmodified.bytes], [304, 0]);
});

test("accessLog leaves Content-Length to the server where the body is whole", async () => {
  for (const body of ["hello", Buffer.from("hello"), ["hello"]]) {
    const answer = await request(
      accessLog()((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body;
      }),
    );
    assert.equal(answer.header("Content-Length"), "5");
  }
});

test("accessLog logs after the last chunk, at close", async () => {
  const feed = new BodyFeed();
  const { entries, watched } = logged(async function* (environ, startResponse) {
    startResponse("200 OK", TEXT);
    yield "A";
    yield* environ["tsgi.input"];
  });
  const answer = begin(watched, { body: feed });
  await answer.output.sent(1);
  assert.equal(entries.length, 0);
  feed.push("BC");
  feed.end();
  await answer.ended;
  assert.equal(entries[0]?.bytes, 3);
  assert.equal(entries[0]?.aborted, undefined);
});

describe("accessLog on failure", () => {
  test("logs 500 where the application throws, and lets it fail", async () => {
    const { entries, watched } = logged(() => {
      throw new Error("oops");
    });
    const answer = await request(watched);
    assert.equal(answer.status, "500 Internal Server Error");
    assert.deepEqual([entries[0]?.status, entries[0]?.failed], [500, true]);
    assert.equal(entries.length, 1);
  });

  test("logs the status of the error page where the body fails before its first chunk", async () => {
    const entry = await entryOf(function* (_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "";
      throw new TsgiError("BODY_TOO_LARGE", "Cannot read: too large");
    });
    assert.deepEqual([entry.status, entry.failed], [413, true]);
  });

  test("logs the status that was sent where it fails later", async () => {
    const entry = await entryOf(async function* (_environ, startResponse) {
      startResponse("201 Created", TEXT);
      yield "A";
      throw new Error("oops");
    });
    assert.deepEqual([entry.status, entry.bytes, entry.failed], [201, 1, true]);
  });

  test("logs a result that is no body", async () => {
    const entry = await entryOf((() => undefined) as unknown as Application);
    assert.deepEqual([entry.status, entry.failed], [500, true]);
  });
});

describe("G5.06 accessLog on abort", () => {
  test("logs 499 and the reason where nothing was sent", async () => {
    const feed = new BodyFeed();
    const { entries, watched } = logged(async (environ) => {
      await environ["tsgi.input"].read();
      return "never";
    });
    const answer = begin(watched, { body: feed });
    answer.abort(new TsgiError("DISCONNECTED", "Cannot go on: gone"));
    await answer.served;
    assert.equal(entries.length, 1);
    const { status, aborted, failed } = entries[0] as AccessEntry;
    assert.deepEqual([status, aborted, failed], [499, "DISCONNECTED", false]);
  });

  test("logs the status that was sent, marked", async () => {
    const { entries, watched } = logged(
      async function* (environ, startResponse) {
        startResponse("200 OK", TEXT);
        yield "AB";
        yield* environ["tsgi.input"];
      },
    );
    const answer = begin(watched, { body: new BodyFeed() });
    await answer.output.sent(1);
    answer.abort();
    await answer.served;
    assert.equal(entries.length, 1);
    const { status, bytes, aborted } = entries[0] as AccessEntry;
    assert.deepEqual([status, bytes, aborted], [200, 2, "ABORTED"]);
  });

  test("marks a whole body that the client did not wait for", async () => {
    const output = new MemoryOutput();
    output.block();
    const { entries, watched } = logged(hello);
    const answer = begin(watched, { output });
    await answer.output.sent(1);
    answer.abort();
    await answer.served;
    assert.equal(entries[0]?.aborted, "ABORTED");
  });

  test("logs an application that never comes back", async () => {
    const { entries, watched } = logged(() => new Promise(() => {}));
    const answer = begin(watched, LATE);
    answer.abort();
    await answer.served;
    assert.deepEqual(
      [entries[0]?.status, entries[0]?.aborted],
      [499, "ABORTED"],
    );
  });

  test("logs 504 where the time limit ran out", async () => {
    const { entries, watched } = logged(() => new Promise(() => {}));
    await request(watched, {
      options: { abortGraceMs: 1, requestTimeoutMs: 1 },
    });
    assert.deepEqual(
      [entries[0]?.status, entries[0]?.aborted],
      [504, "TIMEOUT"],
    );
  });
});

describe("accessLog's sink", () => {
  test("is a file that every line is appended to", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "tsgi-log-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const sink = join(folder, "access.log");
    const application = accessLog({ format: () => "line", sink })(hello);
    await request(application);
    await request(application);
    assert.equal(readFileSync(sink, "utf8"), "line\nline\n");
  });

  test("is anything that has write()", async () => {
    const lines: string[] = [];
    const sink = { write: (line: string) => lines.push(line) };
    await request(accessLog({ format: () => "line", sink })(hello));
    assert.deepEqual(lines, ["line\n"]);
  });

  const sinks = {
    throws: () => {
      throw new Error("full");
    },
    rejects: () => Promise.reject(new Error("full")),
    "is a folder": tmpdir(),
  };
  for (const [what, sink] of Object.entries(sinks)) {
    test(`fails no request where it ${what}, and says so once`, async () => {
      const application = accessLog({ sink })(hello);
      const first = await request(application);
      const second = await request(application);
      assert.equal(first.text, "hello");
      assert.equal(second.outcome, "completed");
      assert.match(first.errors, /^tsgi: access log: Error: (full|EISDIR)/);
      assert.equal(second.errors, "");
    });
  }
});

test("A10.09 accessLog closes the inner body once", async () => {
  let closed = 0;
  const body = {
    *[Symbol.iterator]() {
      yield "A";
    },
    close: () => closed++,
  };
  for (const method of ["GET", "HEAD"]) {
    closed = 0;
    await request(
      accessLog({ sink: () => {} })((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body;
      }),
      { method },
    );
    assert.equal(closed, 1);
  }
});

test("accessLog takes the request id which middleware around it has set", async () => {
  const { entries, watched } = logged(hello);
  await request(
    (environ, startResponse) =>
      watched({ ...environ, "request.id": "r1" }, startResponse),
    { variables: { UNIQUE_ID: "u1" } },
  );
  assert.equal(entries[0]?.requestId, "r1");
});
