// The application behind every web server of these tests: the last segment of the path says what it does.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const routes = {
  /** What arrived: every variable, and length and digest of the body. */
  async echo(environ, startResponse) {
    const hash = createHash("sha256");
    let length = 0;
    for await (const chunk of environ["tsgi.input"]) {
      hash.update(chunk);
      length += chunk.length;
    }
    const strings = Object.entries(environ).filter(
      ([, value]) => typeof value === "string",
    );
    startResponse("200 OK", [
      ["Content-Type", "application/json"],
      ["X-Method", environ.REQUEST_METHOD],
    ]);
    return JSON.stringify({
      variables: Object.fromEntries(strings),
      quirks: environ["tsgi.quirks"],
      body: { length, sha256: hash.digest("hex") },
    });
  },

  redirect(_environ, startResponse) {
    startResponse("302 Found", [["Location", "/elsewhere?a=1"]]);
    return "";
  },

  /** Looks like CGI's local redirect (RFC 3875, 6.2.2) to servers that know it. */
  created(_environ, startResponse) {
    startResponse("201 Created", [
      ["Location", "/things/1"],
      ["Content-Type", "text/plain"],
    ]);
    return "made";
  },

  cookies(_environ, startResponse) {
    startResponse("200 OK", [
      ["Set-Cookie", "a=1; Path=/"],
      ["Set-Cookie", "b=2; Expires=Wed, 01 Jan 2098 00:00:00 GMT"],
      ["Set-Cookie", "c=3"],
      ["Content-Type", "text/plain"],
    ]);
    return "ok";
  },

  throw() {
    throw new Error("the password is hunter2");
  },

  empty(_environ, startResponse) {
    startResponse("204 No Content", []);
    return "";
  },

  unchanged(_environ, startResponse) {
    startResponse("304 Not Modified", [["ETag", '"1"']]);
    return "";
  },

  missing(_environ, startResponse) {
    startResponse("404 Not Found", [["Content-Type", "text/plain"]]);
    return "the application's own page";
  },

  /** Ten mebibytes, in pieces. */
  large(_environ, startResponse) {
    startResponse("200 OK", [["Content-Type", "application/octet-stream"]]);
    return Array.from({ length: 160 }, (_, part) =>
      Buffer.alloc(65_536, part + 1),
    );
  },

  /** The second part follows when the test says so. */
  async *stream(_environ, startResponse) {
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    yield "first\n";
    const test = await call("stream");
    await test.told();
    test.end();
    yield "second\n";
  },

  /** Sends until the client is gone, and tells the test how it came to know. */
  async *endless(environ, startResponse) {
    const signal = environ["tsgi.signal"];
    const test = await call("endless");
    signal.addEventListener("abort", () => test.end(signal.reason.code));
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    const until = Date.now() + 10_000;
    while (!signal.aborted && Date.now() < until) {
      yield "x".repeat(8192);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (!signal.aborted) test.end("never");
  },

  /** Sends nothing before the test says so, or the client is gone. */
  async silent(environ, startResponse) {
    const signal = environ["tsgi.signal"];
    const test = await call("silent");
    signal.addEventListener("abort", () => test.end(signal.reason.code));
    await test.told();
    test.end();
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return "";
  },

  /** Tells the test of the first bytes of the body, then reads the rest. */
  async upload(environ, startResponse) {
    let length = 0;
    for await (const chunk of environ["tsgi.input"]) {
      if (length === 0) (await call("upload")).end();
      length += chunk.length;
    }
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return `${length}`;
  },

  /** Answers when the test says so: which process is it? */
  async process(_environ, startResponse) {
    const test = await call("process");
    test.write(`${process.pid}\n`);
    await test.told();
    test.end();
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return `${process.pid}`;
  },
};

/** As an authorizer: who says that he is "me" may pass. */
function authorize(environ, startResponse) {
  const query = new URLSearchParams(environ.QUERY_STRING);
  const user = environ.REMOTE_USER ?? query.get("user");
  if (user === "me") {
    startResponse("200 OK", [["Variable-VISITOR", user]]);
    return "";
  }
  startResponse("403 Forbidden", [["Content-Type", "text/plain"]]);
  return "say who you are";
}

export default function application(environ, startResponse) {
  if (environ.FCGI_ROLE === "AUTHORIZER") {
    return authorize(environ, startResponse);
  }
  const path = (environ.REQUEST_URI ?? environ.PATH_INFO).split("?")[0];
  const route = routes[path.slice(path.lastIndexOf("/") + 1)] ?? routes.echo;
  return route(environ, startResponse);
}

/** A connection to the test, which listens beside this file. */
async function call(topic) {
  const socket = connect(join(import.meta.dirname, "control.sock"));
  await once(socket, "connect");
  socket.write(`${topic}\n`);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    write: (text) => socket.write(text),
    end: (text = "") => socket.end(text),
    told: () => lines.next(),
  };
}
