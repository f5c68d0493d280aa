// Programs for node:http that go wrong: what the client gets, and what the log says.
import assert from "node:assert/strict";
import { test } from "node:test";
import express from "express";
import { fromNode, type NodeHandler } from "../../src/adapters/index.ts";
import {
  type Answer,
  BodyFeed,
  begin,
  MemoryOutput,
  request,
} from "../support/in-process.ts";

const failing: Readonly<Record<string, NodeHandler>> = {
  "throws at once": () => {
    throw new Error("told");
  },
  rejects: async () => {
    await null;
    throw new Error("told");
  },
  "throws with the headers set": (_req, res) => {
    res.writeHead(200);
    throw new Error("told");
  },
  "throws in a listener of the body": (req) => {
    req.on("data", () => {
      throw new Error("told");
    });
  },
  "destroys the response": (_req, res) => {
    res.destroy(new Error("told"));
  },
  "destroys the request": (req) => {
    req.on("error", () => {});
    req.destroy(new Error("told"));
  },
};
for (const [what, listener] of Object.entries(failing)) {
  test(`fromNode answers with 500 where the program ${what}, and logs its line`, async () => {
    const answer = await request(fromNode(listener), {
      method: "POST",
      body: "x",
    });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(answer.outcome, "failed");
    assert.match(answer.errors, /Error: told/);
    assert.match(answer.errors, /node-failure\.test\.ts:\d+/);
  });
}

test("fromNode cuts a response off where the program fails in the middle", async () => {
  const output = new MemoryOutput();
  let fail = () => {};
  const answer = begin(
    fromNode(async (_req, res) => {
      res.setHeader("Content-Type", "text/plain").write("half");
      await new Promise<void>((resolve) => {
        fail = resolve;
      });
      throw new Error("told");
    }),
    { output },
  );
  await output.sent(1);
  fail();
  await answer.ended;
  assert.deepEqual(
    [answer.text, answer.outcome, answer.cut],
    ["half", "failed", true],
  );
  assert.match(answer.errors, /told/);
});

test("fromNode logs what fails after the response, which stays as it is", async () => {
  let failed = () => {};
  const rejected = new Promise<void>((resolve) => {
    failed = resolve;
  });
  const answer = await request(
    fromNode(async (_req, res) => {
      res.setHeader("Content-Type", "text/plain").end("well");
      setImmediate(failed);
      throw new Error("late");
    }),
  );
  await rejected;
  assert.deepEqual([answer.status, answer.text], ["200 OK", "well"]);
  assert.match(answer.errors, /after the response: .*late/);
});

test("fromNode logs a write after the end as node:http reports it", async () => {
  const codes: unknown[] = [];
  let reported: Promise<unknown> = Promise.resolve();
  const answer = await request(
    fromNode((_req, res) => {
      reported = new Promise((done) => res.once("error", done));
      res.setHeader("Content-Type", "text/plain").end("well");
      res.write("more", (error) => {
        codes.push((error as NodeJS.ErrnoException | undefined)?.code);
      });
      res.end(() => codes.push("second end"));
    }),
  );
  await reported;
  assert.equal(answer.text, "well");
  assert.deepEqual(codes.sort(), ["ERR_STREAM_WRITE_AFTER_END", "second end"]);
  assert.match(answer.errors, /write after end/);
  assert.match(answer.errors, /node-failure\.test\.ts:\d+/);
});

const refused: Readonly<Record<string, [NodeHandler, string]>> = {
  "a header after sending": [
    (_req, res) => {
      res.setHeader("Content-Type", "text/plain").write("x");
      res.setHeader("X-Late", "1");
    },
    "ERR_HTTP_HEADERS_SENT",
  ],
  "a header that is none": [
    (_req, res) => {
      res.setHeader("X-A", "a\nb");
    },
    "ERR_INVALID_CHAR",
  ],
  "a header that is none, by writeHead": [
    (_req, res) => {
      res.writeHead(200, { "X-A": "a\nb" });
    },
    "ERR_INVALID_CHAR",
  ],
  "a status that is none": [
    (_req, res) => {
      res.writeHead(1000);
    },
    "ERR_HTTP_INVALID_STATUS_CODE",
  ],
  "a final status below 200": [
    (_req, res) => {
      res.writeHead(101).end();
    },
    "STATUS",
  ],
  "a body of another length than stated": [
    (_req, res) => {
      res.strictContentLength = true;
      res.setHeader("Content-Length", "5").end("abc");
    },
    "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
  ],
};
for (const [what, [listener, code]] of Object.entries(refused)) {
  test(`fromNode refuses ${what}`, async () => {
    const answer = await request(fromNode(listener));
    assert.equal(answer.outcome, "failed");
    assert.match(answer.errors, new RegExp(code));
  });
}

test("fromNode lets a program answer anew after a head that was refused", async () => {
  const app = express();
  app.get("/", (_req, res) => {
    res.status(101).send("x");
  });
  app.use(((_error, _req, res, _next) => {
    res.status(500).send("my page");
  }) as express.ErrorRequestHandler);
  const answer = await request(fromNode(app));
  assert.deepEqual(
    [answer.status, answer.text],
    ["500 Internal Server Error", "my page"],
  );
});

test("fromNode ends a request whose body stops short", async () => {
  const feed = new BodyFeed();
  feed.push("abc");
  feed.end();
  let answer: Promise<Answer> | undefined;
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
    answer = request(
      fromNode((req) => {
        req.on("error", resolve);
        req.resume();
      }),
      { method: "POST", body: feed, headers: [["Content-Length", "10"]] },
    );
  });
  assert.equal(error.code, "ECONNRESET");
  const { status, errors } = (await answer) ?? {};
  assert.equal(status, "400 Bad Request");
  assert.match(errors ?? "", /INCOMPLETE_BODY/);
});

test("fromNode leaves a request without an answer to the client's patience", async () => {
  const answer = begin(fromNode(() => {}));
  await new Promise((resolve) => setImmediate(resolve));
  answer.abort();
  await answer.ended;
  assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
});

test("fromNode reports CONTENT_LENGTH where a response is shorter than it says", async () => {
  const answer = await request(
    fromNode((_req, res) => {
      res.setHeader("Content-Length", "5").end("abc");
    }),
  );
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(answer.errors, /CONTENT_LENGTH/);
});
