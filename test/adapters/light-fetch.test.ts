import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { agree, type Question, stream } from "./light-both.ts";

test("fetch() sends a light Request as Node's own", async (t) => {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    const { "content-length": length, "content-type": type, x } = headers;
    const isChunked = "transfer-encoding" in headers;
    response.setHeader("x", "y");
    response.end(
      JSON.stringify([
        method,
        url,
        body,
        length,
        type?.slice(0, 19),
        x,
        isChunked,
      ]),
    );
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/p?q#f`;
  const rows: readonly Question[] = [
    ({ Request, fetch }) => fetch(new Request(url)),
    ({ Request, fetch }) =>
      fetch(new Request(url, { headers: { x: "1" } }), {
        method: "PUT",
        body: "y",
      }),
    ({ Headers, fetch }) => fetch(url, { headers: new Headers({ x: "2" }) }),
    ({ Request, fetch }) =>
      fetch(
        new Request(url, {
          method: "POST",
          body: stream(Buffer.from("s")),
          duplex: "half",
        }),
      ),
    ({ Request, fetch }) =>
      fetch(url, new Request(url, { method: "POST", body: "as options" })),
    ({ Request, fetch }) =>
      fetch(
        new Request(url, { signal: AbortSignal.abort(new RangeError("x")) }),
      ),
    ...[
      new URLSearchParams({ a: "b" }),
      new Blob(["b"]),
      new Uint8Array([65]),
    ].map(
      (body): Question =>
        ({ Request, fetch }) =>
          fetch(new Request(url, { method: "POST", body })),
    ),
  ];
  for (const question of rows) {
    await agree(async (classes) => {
      const response = (await question(classes)) as Response;
      return [
        response.status,
        response.headers.get("x"),
        await response.json(),
      ];
    });
  }
  await agree(async ({ Request, fetch }) => {
    const request = new Request(url, { method: "POST", body: "x" });
    const first = fetch(request);
    const isUsed = request.bodyUsed;
    await (await first).text();
    return [isUsed, await fetch(request).catch(({ name }) => name)];
  });
  assert.ok(server.listening);
});
