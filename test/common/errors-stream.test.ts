// tsgi.errors: whatever becomes of the log, the request goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Application,
  Environ,
  ErrorStream,
} from "../../src/common/types.ts";
import { hello, MemoryErrors, request, TEXT } from "../support/in-process.ts";

test("A5.01 A5.03 what the application writes and what the server reports are in order", async () => {
  const answer = await request(async (environ) => {
    const errors = environ["tsgi.errors"];
    errors.write("a\n");
    errors.writelines(["b\n", "c\n"]);
    await errors.flush();
    throw new Error("then this");
  });
  assert.match(answer.errors, /^a\nb\nc\ntsgi: incident .*then this\n/);
});

const broken: Record<string, ErrorStream> = {
  "that throws": {
    write() {
      throw new Error("EPIPE");
    },
    writelines() {
      throw new Error("EPIPE");
    },
    flush: () => Promise.reject(new Error("EPIPE")),
  },
  "that never flushes": Object.assign(new MemoryErrors(), {
    flush: () => new Promise<void>(() => {}),
  }),
};
const troublesome: Record<
  string,
  { application: Application; status: string }
> = {
  "a response worth a warning": {
    application: (_environ, startResponse) => {
      startResponse("200 OK", []);
      return "no Content-Type";
    },
    status: "200 OK",
  },
  "an application that fails": {
    application: () => {
      throw new Error("oops");
    },
    status: "500 Internal Server Error",
  },
  "a close() that fails": {
    application: (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return Object.assign(["x"], {
        close() {
          throw new Error("oops");
        },
      });
    },
    status: "200 OK",
  },
  "a cleanup that fails": {
    application: (environ, startResponse) => {
      environ["tsgi.cleanup"].push(() => Promise.reject(new Error("oops")));
      return hello(environ, startResponse);
    },
    status: "200 OK",
  },
};
for (const [how, errors] of Object.entries(broken)) {
  for (const [what, { application, status }] of Object.entries(troublesome)) {
    test(`A5.05 A13.04 ${what} is served as ever with a log ${how}`, async () => {
      const variables = { SERVER_NAME: undefined };
      const answer = await request(application, { errors, variables });
      assert.equal(answer.status, status);
    });
  }
}

test("A5.05 A13.04 the server reports through its own stream, whatever the application put into environ", async () => {
  const answer = await request((environ) => {
    const open: { [key in keyof Environ]?: unknown } = environ;
    open["tsgi.errors"] = null;
    throw new Error("where to?");
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(answer.errors, /where to\?/);
});
