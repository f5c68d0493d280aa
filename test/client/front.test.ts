import assert from "node:assert/strict";
import { once } from "node:events";
import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { type TestContext, test } from "node:test";
import type { Backend } from "../../src/client/backend.ts";
import { CgiHost } from "../../src/client/cgi.ts";
import { FcgiClient } from "../../src/client/fastcgi.ts";
import {
  Front,
  type FrontOptions,
  type RequestReport,
} from "../../src/client/front.ts";
import { TsgiError } from "../../src/common/errors.ts";
import { type Call, program, responder, textOf } from "./fixtures.ts";

const OK = "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n";

/** A front before a scripted responder, and what it reports. */
async function front(
  t: TestContext,
  script: (call: Call) => unknown,
  options: Partial<FrontOptions> = {},
) {
  const backend = new FcgiClient(await responder(t, script));
  return listen(t, { backend, ...options });
}

async function listen(t: TestContext, options: FrontOptions) {
  const reports: RequestReport[] = [];
  const waiting: ((report: RequestReport) => void)[] = [];
  const front = await Front.listen({
    ...options,
    onRequest(report) {
      reports.push(report);
      waiting.shift()?.(report);
    },
  });
  t.after(() => front.close());
  const nextReport = () =>
    new Promise<RequestReport>((resolve) => waiting.push(resolve));
  return { front, reports, nextReport };
}

interface Sending {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string;
  agent?: Agent;
}

async function send(
  url: string,
  { method = "GET", headers = {}, body, agent }: Sending = {},
): Promise<IncomingMessage> {
  const request = httpRequest(url, {
    method,
    headers,
    agent: agent ?? false,
  });
  request.end(body);
  const [response] = await once(request, "response");
  return response as IncomingMessage;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

test("Front passes a request and its response on", async (t) => {
  const { front: it, nextReport } = await front(
    t,
    async (call) => {
      const { REQUEST_METHOD, REQUEST_URI, HTTP_X_A, EXTRA, CONTENT_LENGTH } =
        call.variables;
      const all = [
        REQUEST_METHOD,
        REQUEST_URI,
        HTTP_X_A,
        EXTRA,
        CONTENT_LENGTH,
      ];
      call.stdout(
        `Set-Cookie: a\r\nSet-Cookie: b\r\nX-E: \r\nStatus: 418 Short and Stout\r\n\r\n`,
      );
      call.stdout(`${all.join(" ")} ${await call.body}`);
      call.end();
    },
    { variables: { EXTRA: "extra" } },
  );
  const report = nextReport();
  const response = await send(new URL("/a%20b?c", it.url).href, {
    method: "POST",
    headers: { "X-A": "1" },
    body: "hello",
  });
  assert.equal(response.statusCode, 418);
  assert.equal(response.statusMessage, "Short and Stout");
  assert.deepEqual(response.headers["set-cookie"], ["a", "b"]);
  assert.equal(response.headers["x-e"], "");
  assert.equal(await textOf(response), "POST /a%20b?c 1 extra 5 hello");
  assert.deepEqual(await report, {
    method: "POST",
    target: "/a%20b?c",
    status: 418,
    error: undefined,
  });
});

test("Front passes a chunked body on without its frame", async (t) => {
  const { front: it } = await front(t, async (call) => {
    const body = await call.body;
    const { CONTENT_LENGTH, HTTP_TRANSFER_ENCODING } = call.variables;
    call.stdout(`${OK}${body} ${CONTENT_LENGTH} ${HTTP_TRANSFER_ENCODING}`);
    call.end();
  });
  const request = httpRequest(it.url, { method: "POST", agent: false });
  request.write("one,");
  request.end("two");
  const [response] = await once(request, "response");
  assert.equal(await textOf(response), "one,two undefined undefined");
});

test("Front streams both ways at once", async (t) => {
  const { front: it } = await front(t, (call) => {
    call.stdout(`${OK}ready`);
    call.body.then((body) => {
      call.stdout(body);
      call.end();
    });
  });
  const request = httpRequest(it.url, { method: "POST", agent: false });
  request.write("a");
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const [first] = await once(response, "data");
  assert.equal(String(first), "ready");
  request.end("b");
  assert.equal(await textOf(response), "ab");
});

test("Front answers HEAD without a body, its length kept", async (t) => {
  const { front: it } = await front(t, (call) => {
    call.stdout("Content-Length: 5\r\nStatus: 200 OK\r\n\r\nhello");
    call.end();
  });
  const response = await send(it.url, { method: "HEAD" });
  assert.equal(response.headers["content-length"], "5");
  assert.equal(await textOf(response), "");
});

test("Front keeps hop-by-hop headers to the hop they are for", async (t) => {
  const { front: it } = await front(t, (call) => {
    call.stdout(
      "Connection: close, X-Private\nKeep-Alive: a\nTransfer-Encoding: chunked\nUpgrade: a\nX-Private: a\nX-Public: a\n\nbody",
    );
    call.end();
  });
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const response = await send(it.url, { agent });
  assert.equal(await textOf(response), "body");
  const { headers } = response;
  assert.equal(headers.connection, "keep-alive");
  assert.equal(headers.upgrade, undefined);
  assert.equal(headers["x-private"], undefined);
  assert.equal(headers["x-public"], "a");
});

test("Front serves the next request of a connection whose body nobody read", async (t) => {
  const { front: it } = await front(t, (call) => {
    call.stdout(`${OK}${call.variables.REQUEST_METHOD}`);
    call.end();
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const body = "x".repeat(4 * 1024 * 1024);
  const first = await send(it.url, { method: "POST", body, agent });
  assert.equal(await textOf(first), "POST");
  const second = await send(it.url, { agent });
  assert.equal(await textOf(second), "GET");
});

test("Front ends the backend's request when the client leaves", async (t) => {
  const events: Promise<void>[] = [];
  const { front: it, nextReport } = await front(t, (call) => {
    events.push(call.aborted, call.closed);
    call.stdout(`${OK}first`);
  });
  const report = nextReport();
  const response = await send(it.url);
  await once(response, "data");
  response.destroy();
  await Promise.all(events);
  const { error } = await report;
  assert.equal(codeOf(error), "ABORTED");
});

test("Front reports nothing of a client that leaves with the whole response", async (t) => {
  const events: Promise<void>[] = [];
  const { front: it, nextReport } = await front(t, (call) => {
    events.push(call.aborted);
    call.stdout(`Content-Length: 5\r\n${OK}whole`);
  });
  const report = nextReport();
  const response = await send(it.url);
  await once(response, "data");
  response.destroy();
  await Promise.all(events);
  const { status, error } = await report;
  assert.equal(status, 200);
  assert.equal(error, undefined);
});

test("Front ends the backend's request when the client leaves before the head", async (t) => {
  let leave: () => void = () => {};
  const events: Promise<void>[] = [];
  const { front: it, nextReport } = await front(t, (call) => {
    events.push(call.aborted, call.closed);
    leave();
  });
  const report = nextReport();
  const request = httpRequest(it.url, { agent: false });
  request.on("error", () => {});
  leave = () => request.destroy();
  request.end();
  assert.equal(codeOf((await report).error), "ABORTED");
  await Promise.all(events);
});

test("Front breaks the connection where a response breaks off", async (t) => {
  const { front: it, nextReport } = await front(t, (call) => {
    call.stdout(`${OK}half`);
    call.socket.end();
  });
  const report = nextReport();
  const response = await send(it.url);
  await assert.rejects(textOf(response), { code: "ECONNRESET" });
  const { status, error } = await report;
  assert.equal(status, 200);
  assert.equal(codeOf(error), "DISCONNECTED");
});

test("Front answers 502 with the reason, in HTML for browsers", async (t) => {
  const { front: it, reports } = await front(t, (call) => {
    call.stdout("<h1>Hello</h1>\n\n");
    call.end();
  });
  const plain = await send(it.url);
  assert.equal(plain.statusCode, 502);
  assert.match(String(plain.headers["content-type"]), /^text\/plain/);
  const reason = /header block: the line "<h1>Hello<\/h1>" is no header/;
  assert.match(await textOf(plain), reason);
  const html = await send(it.url, { headers: { Accept: "text/html,*/*" } });
  assert.match(String(html.headers["content-type"]), /^text\/html/);
  assert.match(await textOf(html), /the line &#34;&#60;h1&#62;Hello/);
  assert.equal(codeOf(reports[0]?.error), "PROTOCOL");
});

test("Front reports an exit status that is not 0", async (t) => {
  const { front: it, nextReport } = await front(t, (call) => {
    call.stdout(`${OK}whole`);
    call.end(3);
  });
  const report = nextReport();
  assert.equal(await textOf(await send(it.url)), "whole");
  const { status, error } = await report;
  assert.equal(status, 200);
  assert.match(String(error), /ended with status 3/);
});

test("Front leaves a status of which a 500 has told at that", async (t) => {
  const { front: it, nextReport } = await front(t, (call) => {
    call.stdout("Status: 500 Oops\n\n");
    call.end(1);
  });
  const report = nextReport();
  await textOf(await send(it.url));
  const { status, error } = await report;
  assert.deepEqual([status, error], [500, undefined]);
});

test("Front hands on what the program writes to its error stream", async (t) => {
  const errors: string[] = [];
  const { front: it } = await front(
    t,
    (call) => {
      call.stderr("oops");
      call.stdout(OK);
      call.end();
    },
    { onErrors: (text) => errors.push(String(text)) },
  );
  await textOf(await send(it.url));
  assert.deepEqual(errors, ["oops"]);
});

test("Front answers 404 outside its mount point", async (t) => {
  const { front: it } = await front(
    t,
    (call) => {
      call.stdout(`${OK}${call.variables.SCRIPT_NAME}`);
      call.end();
    },
    { mount: "/app" },
  );
  assert.ok(it.url.endsWith("/app/"));
  assert.equal(await textOf(await send(it.url)), "/app");
  const outside = await send(new URL("/other", it.url).href);
  assert.equal(outside.statusCode, 404);
  assert.match(await textOf(outside), /mounted at \/app/);
});

test("Front turns to another backend while it runs", async (t) => {
  const { front: it } = await front(t, (call) => {
    call.stdout(`${OK}old`);
    call.end();
  });
  assert.equal(await textOf(await send(it.url)), "old");
  const broken: Backend = {
    request: () => Promise.reject(new TsgiError("LOAD", "Cannot load app.js")),
  };
  it.backend = broken;
  const response = await send(it.url);
  assert.equal(response.statusCode, 502);
  assert.match(await textOf(response), /Cannot load app\.js/);
});

test("Front serves a CGI program", async (t) => {
  const path = program(
    t,
    "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\necho \"$REQUEST_METHOD $SERVER_PORT\"\ncat\n",
  );
  const { front: it } = await listen(t, { backend: new CgiHost(path) });
  const { port } = new URL(it.url);
  const response = await send(it.url, { method: "PUT", body: "body" });
  assert.equal(await textOf(response), `PUT ${port}\nbody`);
});

test("Front gives up what runs when it is closed", async (t) => {
  const events: Promise<void>[] = [];
  let called: () => void = () => {};
  const running = new Promise<void>((resolve) => {
    called = resolve;
  });
  const backend = new FcgiClient(
    await responder(t, (call) => {
      events.push(call.closed);
      called();
    }),
  );
  const it = await Front.listen({ backend });
  const response = send(it.url);
  await running;
  await Promise.all([
    it.close(),
    assert.rejects(response, { code: "ECONNRESET" }),
  ]);
  await Promise.all(events);
});

test("Front tells why it cannot listen", async (t) => {
  const { front: it } = await front(t, () => {});
  const port = Number(new URL(it.url).port);
  await assert.rejects(Front.listen({ backend: it.backend, port }), {
    code: "LISTEN",
    message: `Cannot listen on 127.0.0.1:${port}: it is in use`,
  });
});
