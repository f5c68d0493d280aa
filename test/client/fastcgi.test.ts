import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { FcgiClient } from "../../src/client/fastcgi.ts";
import type { Variables } from "../../src/common/variables.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { folder, responder, textOf } from "./fixtures.ts";

const GET: Variables = { REQUEST_METHOD: "GET", PATH_INFO: "/" };
const OK = "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n";

test("FcgiClient sends variables and body, and returns the response", async (t) => {
  const address = await responder(t, async (call) => {
    const { variables, body } = call;
    const text = `${OK}${variables.X} ${variables.Y} ${await body}`;
    call.stdout(Buffer.from(text, "latin1"));
    call.end(7);
  });
  const response = await new FcgiClient(address).request({
    variables: { ...GET, X: "\xe9", Y: "long".repeat(50), Z: undefined },
    body: [Buffer.from("one,"), new Uint8Array(0), Buffer.from("two")],
  });
  assert.equal(response.status, 200);
  assert.equal(response.reason, "OK");
  assert.deepEqual(response.headers, [["Content-Type", "text/plain"]]);
  assert.equal(
    await textOf(response.body),
    `\xe9 ${"long".repeat(50)} one,two`,
  );
  assert.deepEqual(await response.ended, { exitStatus: 7 });
});

test("FcgiClient connects to a port as well", async (t) => {
  const { path } = await responder(t, (call) => {
    call.stdout(OK);
    call.end();
  });
  const relay = createServer((socket) => {
    socket.pipe(connect(path)).pipe(socket);
  }).listen(0, "127.0.0.1");
  t.after(() => relay.close());
  await once(relay, "listening");
  const { port } = relay.address() as AddressInfo;
  const client = new FcgiClient({ host: "127.0.0.1", port });
  assert.equal((await client.request({ variables: GET })).status, 200);
});

test("FcgiClient finds the head however it is cut", async (t) => {
  const address = await responder(t, (call) => {
    for (const byte of `${OK}ab`) call.stdout(byte);
    call.end();
  });
  const response = await new FcgiClient(address).request({ variables: GET });
  assert.equal(await textOf(response.body), "ab");
});

test("FcgiClient hands on a body as it comes, and what is on STDERR", async (t) => {
  const errors: string[] = [];
  let proceed: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  const address = await responder(t, async (call) => {
    call.stderr("before ");
    call.stdout(`${OK}first`);
    await gate;
    call.stderr("behind");
    call.stdout("second");
    call.end();
  });
  const { body } = await new FcgiClient(address).request({
    variables: GET,
    onErrors: (text) => errors.push(String(text)),
  });
  const [first] = await once(body, "data");
  assert.equal(String(first), "first");
  proceed();
  assert.equal(await textOf(body), "second");
  assert.equal(errors.join(""), "before behind");
});

test("FcgiClient reads no faster than its reader", async (t) => {
  let written = 0;
  const total = 64 * 1024 * 1024;
  const address = await responder(t, async (call) => {
    call.stdout(OK);
    const chunk = Buffer.alloc(1024 * 1024, "x");
    while (written < total) {
      written += chunk.length;
      if (!call.stdout(chunk)) await once(call.socket, "drain");
    }
    call.end();
  });
  const { body } = await new FcgiClient(address).request({ variables: GET });
  let read = 0;
  for await (const chunk of body) {
    read += chunk.length;
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(written - read < total / 8, `${written - read} bytes unread`);
  }
  assert.equal(read, total);
});

test("FcgiClient pulls the request's body no faster than it is read", async (t) => {
  let pulled = 0;
  const address = await responder(t, async (call) => {
    call.socket.pause();
    call.stdout(`${OK}early`);
    call.end();
  });
  async function* endless() {
    for (;;) {
      pulled++;
      yield Buffer.alloc(65_536);
    }
  }
  const response = await new FcgiClient(address).request({
    variables: GET,
    body: endless(),
  });
  assert.equal(await textOf(response.body), "early");
  await response.ended;
  assert.ok(pulled < 1000, `${pulled} chunks were pulled`);
});

test("FcgiClient drops the body of an answer to HEAD", async (t) => {
  const address = await responder(t, (call) => {
    call.stdout("Content-Length: 5\r\n\r\nhello");
    call.end();
  });
  const response = await new FcgiClient(address).request({
    variables: { ...GET, REQUEST_METHOD: "HEAD" },
  });
  assert.deepEqual(response.headers, [["Content-Length", "5"]]);
  assert.equal(await textOf(response.body), "");
});

test("FcgiClient sends ABORT_REQUEST when the signal is aborted", async (t) => {
  const controller = new AbortController();
  const events: Promise<void>[] = [];
  const address = await responder(t, (call) => {
    events.push(call.aborted, call.closed);
    controller.abort();
  });
  const response = new FcgiClient(address).request({
    variables: GET,
    signal: controller.signal,
  });
  await assert.rejects(response, { code: "ABORTED" });
  await Promise.all(events);
});

test("FcgiClient aborts when the body is given up", async (t) => {
  const events: Promise<void>[] = [];
  const address = await responder(t, (call) => {
    events.push(call.aborted, call.closed);
    call.stdout(`${OK}x`);
  });
  const { body, ended } = await new FcgiClient(address).request({
    variables: GET,
  });
  body.destroy();
  await Promise.all(events);
  await assert.rejects(ended, { code: "ABORTED" });
});

test("FcgiClient aborts when the request's body fails", async (t) => {
  const address = await responder(t, () => {});
  const response = new FcgiClient(address).request({
    variables: GET,
    // biome-ignore lint/correctness/useYield: it fails before it could
    body: (async function* () {
      throw new Error("the upload broke off");
    })(),
  });
  await assert.rejects(response, { code: "ABORTED" });
});

test("FcgiClient tells why it cannot connect", async (t) => {
  const path = join(folder(t), "app.sock");
  const attempt = () => new FcgiClient({ path }).request({ variables: GET });
  await assert.rejects(attempt(), {
    code: "CONNECT",
    message: `Cannot connect to ${path}: there is no such socket (ENOENT)`,
  });
  writeFileSync(path, "");
  await assert.rejects(attempt(), {
    code: "CONNECT",
    message: /refused|nobody/i,
  });
});

test("FcgiClient tells that nobody listens at a port", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  await assert.rejects(
    new FcgiClient({ host: "127.0.0.1", port }).request({ variables: GET }),
    {
      code: "CONNECT",
      message: /nobody listens there \(ECONNREFUSED\)/,
    },
  );
});

type Script = Parameters<typeof responder>[1];
const failures: [
  name: string,
  script: Script,
  code: string,
  message: RegExp,
][] = [
  [
    "a connection that closes without an answer",
    (call) => call.socket.end(),
    "DISCONNECTED",
    /closed the connection before its end/,
  ],
  [
    "an answer without a head",
    (call) => call.end(),
    "DISCONNECTED",
    /without one/,
  ],
  [
    "an unfinished head",
    (call) => {
      call.stdout("Content-Type: te");
      call.end();
    },
    "DISCONNECTED",
    /inside its header block, after "Content-Type: te"/,
  ],
  [
    "a malformed head",
    (call) => {
      call.stdout("<h1>Hello</h1>\n\n");
      call.end();
    },
    "PROTOCOL",
    /is no header/,
  ],
  [
    "an endless head",
    (call) => call.stdout("x".repeat(70_000)),
    "LIMIT",
    /exceeds 65536 bytes/,
  ],
  [
    "two lengths",
    (call) => call.stdout("Content-Length: 1\nContent-Length: 2\n\n"),
    "PROTOCOL",
    /not one number/,
  ],
  [
    "FCGI_OVERLOADED",
    (call) => call.end(0, FCGI.OVERLOADED),
    "LIMIT",
    /FCGI_OVERLOADED/,
  ],
  [
    "FCGI_UNKNOWN_ROLE",
    (call) => call.end(0, FCGI.UNKNOWN_ROLE),
    "PROTOCOL",
    /FCGI_UNKNOWN_ROLE/,
  ],
  [
    "FCGI_CANT_MPX_CONN",
    (call) => call.end(0, FCGI.CANT_MPX_CONN),
    "PROTOCOL",
    /FCGI_CANT_MPX_CONN/,
  ],
  [
    "an unknown protocolStatus",
    (call) => call.end(0, 9),
    "PROTOCOL",
    /protocolStatus 9/,
  ],
  [
    "another protocol",
    (call) => call.socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "PROTOCOL",
    /version 72/,
  ],
];
for (const [name, script, code, message] of failures) {
  test(`FcgiClient refuses ${name}`, async (t) => {
    const client = new FcgiClient(await responder(t, script));
    await assert.rejects(client.request({ variables: GET }), { code, message });
  });
}

const cuts: [name: string, script: Script, code: string, message: RegExp][] = [
  [
    "a connection that closes inside the body",
    (call) => {
      call.stdout(`${OK}half`);
      call.socket.end();
    },
    "DISCONNECTED",
    /closed the connection/,
  ],
  [
    "a body shorter than its length",
    (call) => {
      call.stdout("Content-Length: 10\r\n\r\nhalf");
      call.end();
    },
    "DISCONNECTED",
    /6 bytes missing/,
  ],
  [
    "a body longer than its length",
    (call) => {
      call.stdout("Content-Length: 2\r\n\r\nhalf");
      call.end();
    },
    "PROTOCOL",
    /more bytes than its Content-Length/,
  ],
];
for (const [name, script, code, message] of cuts) {
  test(`FcgiClient reports ${name} as an error of the body`, async (t) => {
    const client = new FcgiClient(await responder(t, script));
    const response = await client.request({ variables: GET });
    await assert.rejects(textOf(response.body), { code, message });
    await assert.rejects(response.ended, { code });
  });
}
