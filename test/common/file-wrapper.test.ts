// tsgi.file_wrapper: files as bodies.
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fileWrapper } from "../../src/common/file-wrapper.ts";
import type {
  Application,
  FileLike,
  Middleware,
} from "../../src/common/types.ts";
import { begin, request, TEXT } from "../support/in-process.ts";
import { SpokenFile } from "../support/spoken-file.ts";

// This very file is the one that is sent.
const path = fileURLToPath(import.meta.url);

const send =
  (file: FileLike, length?: number): Application =>
  (environ, startResponse) => {
    startResponse(
      "200 OK",
      length === undefined
        ? TEXT
        : [...TEXT, ["Content-Length", String(length)]],
    );
    return environ["tsgi.file_wrapper"]?.(file) ?? assert.fail("no wrapper");
  };

/** A handle that is closed after the test, whatever the test did with it. */
async function handle(t: TestContext): Promise<FileHandle> {
  const file = await open(path);
  t.after(() => file.close());
  return file;
}

test("A16.01 wrapping a file reads and sends nothing", async () => {
  const file = new SpokenFile("secret");
  const answer = await request((environ, startResponse) => {
    startResponse("200 OK", TEXT);
    environ["tsgi.file_wrapper"]?.(file);
    return "other";
  });
  assert.equal(answer.text, "other");
  assert.deepEqual([file.sizes, file.closed], [[], 0]);
});

test("A16.02 E3.18 E5.12 the body's close() closes the file, once", async () => {
  const file = new SpokenFile("x");
  const body = fileWrapper(file);
  await body.close();
  await body.close();
  assert.equal(file.closed, 1);
});

for (const method of ["GET", "HEAD"]) {
  test(`A10.01 A16.02 ${method} closes the file`, async () => {
    const file = new SpokenFile("x");
    const answer = await request(send(file), { method });
    assert.equal(answer.text, method === "GET" ? "x" : "");
    assert.equal(file.closed, 1);

    const failing = Object.assign(new SpokenFile("x"), {
      read() {
        throw new Error("unreadable");
      },
    });
    const failed = await request(send(failing), { method });
    assert.equal(
      failed.status,
      method === "GET" ? "500 Internal Server Error" : "200 OK",
    );
    assert.equal(failing.closed, 1);
  });
}

test("A16.02 a FileHandle is closed", async (t) => {
  const file = await handle(t);
  const answer = await request(send(file));
  assert.ok(answer.text.startsWith("// tsgi.file_wrapper"));
  await assert.rejects(file.stat(), { code: "EBADF" });
});

for (const method of ["GET", "HEAD"]) {
  test(`A16.02 streams are destroyed or cancelled after ${method}`, async () => {
    for (const stream of [createReadStream(path), Readable.from(["x"])]) {
      const answer = await request(send(stream), { method });
      assert.equal(answer.outcome, "completed");
      assert.equal(stream.destroyed, true);
    }
    let cancelled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.from("x")),
      cancel: () => {
        cancelled++;
      },
    });
    const answer = await request(send(stream, 1), { method });
    assert.deepEqual([answer.outcome, answer.errors], ["completed", ""]);
    assert.equal(cancelled, 1);
  });
}

test("A16.02 A10.07 a web stream that hangs is left to itself when the request is aborted", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull: () => new Promise(() => {}),
  });
  const answer = begin(send(stream), { options: { abortGraceMs: 1 } });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(stream.locked, true);
  answer.abort();
  await answer.served;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
});

test("A16.02 a file that cannot be closed is left alone", async () => {
  const answer = await request(send(new Blob(["x"])));
  assert.deepEqual([answer.text, answer.errors], ["x", ""]);
});

test("A16.02 A10.04 a file that cannot be closed as it should is logged", async () => {
  const file = Object.assign(new SpokenFile("x"), {
    close: () => Promise.reject(new Error("stuck")),
  });
  const answer = await request(send(file));
  assert.deepEqual([answer.text, answer.outcome], ["x", "completed"]);
  assert.match(answer.errors, /^tsgi: close\(\) failed: GET \/: Error: stuck/);
});

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
for (const length of [0, 5, 26, 30]) {
  test(`A16.03 E5.12 E5.13 a file is sent from its position up to Content-Length ${length}, or its end`, async () => {
    const file = new SpokenFile(alphabet);
    file.read(10);
    const answer = await request(send(file, length));
    assert.equal(answer.text, alphabet.slice(10, 10 + length));
    assert.equal(file.closed, 1);
    const isShort = length > 26;
    assert.equal(answer.outcome, isShort ? "failed" : "completed");
    assert.equal(answer.cut, isShort);
    // Nothing is read that is not sent.
    if (!isShort) assert.equal(file.read(100).length, 26 - length);
  });

  test(`A16.03 a stream is sent up to Content-Length ${length}, or its end`, async () => {
    for (const stream of [
      new Blob([alphabet]),
      Readable.from([alphabet.slice(0, 20), alphabet.slice(20)]),
    ]) {
      const answer = await request(send(stream, length));
      assert.equal(answer.text, alphabet.slice(0, length));
      assert.deepEqual([answer.outcome, answer.errors], ["completed", ""]);
    }
  });
}

test("A16.03 E5.13 a FileHandle is sent from its position", async (t) => {
  const file = await handle(t);
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(10), 0, 10, null);
  const answer = await request(send(file, size - 10));
  const whole = await (await handle(t)).readFile("utf8");
  assert.equal(buffer.toString() + answer.text, whole);
  assert.equal(answer.outcome, "completed");
});

test("A16.04 a wrapped file is iterated by middleware like any other body", async () => {
  const shout: Middleware = (application) => async (environ, startResponse) => {
    const body = (await application(environ, startResponse)) as ReturnType<
      typeof fileWrapper
    >;
    return {
      async *[Symbol.asyncIterator]() {
        for await (const block of body) {
          yield Buffer.from(block).toString().toUpperCase();
        }
      },
      close: () => body.close(),
    };
  };
  const file = new SpokenFile("quiet");
  const answer = await request(shout(send(file)));
  assert.equal(answer.text, "QUIET");
  assert.equal(file.closed, 1);
});
