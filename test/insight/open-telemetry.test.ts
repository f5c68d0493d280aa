import assert from "node:assert/strict";
import { test } from "node:test";
import * as api from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import type { Application, ResponseBody } from "../../src/common/types.ts";
import { OpenTelemetry } from "../../src/insight/open-telemetry.ts";
import { client } from "../../src/testing/client.ts";
import {
  begin,
  type InProcessRequest,
  request,
  TEXT,
} from "../support/in-process.ts";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(exporter)],
}).register();
const telemetry = new OpenTelemetry(api);

async function spanOf(
  application: Application,
  init: InProcessRequest = {},
): Promise<ReadableSpan> {
  exporter.reset();
  await request(telemetry.wrap(application), {
    ...init,
    options: { observer: telemetry, ...init.options },
  });
  const spans = exporter.getFinishedSpans();
  assert.equal(spans.length, 1);
  return spans[0] as ReadableSpan;
}

const hello: Application = (_environ, startResponse) => {
  startResponse("201 Created", TEXT);
  return "hello";
};

test("OpenTelemetry makes a server span with the stable names of HTTP", async () => {
  const span = await spanOf(hello, {
    target: "/a%20b?c=1",
    headers: [["User-Agent", "tester"]],
  });
  assert.equal(span.name, "GET");
  assert.equal(span.kind, api.SpanKind.SERVER);
  assert.equal(span.status.code, api.SpanStatusCode.UNSET);
  assert.deepEqual(span.attributes, {
    "http.request.method": "GET",
    "http.response.status_code": 201,
    "url.scheme": "http",
    "url.path": "/a%20b",
    "url.query": "c=1",
    "server.address": "127.0.0.1",
    "server.port": 80,
    "client.address": "127.0.0.1",
    "network.protocol.version": "1.1",
    "user_agent.original": "tester",
  });
});

test("OpenTelemetry takes the caller's span for the parent", async () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const span = await spanOf(hello, {
    headers: [["traceparent", `00-${trace}-b7ad6b7169203331-01`]],
  });
  assert.equal(span.spanContext().traceId, trace);
  assert.equal(span.parentSpanContext?.spanId, "b7ad6b7169203331");
});

test("OpenTelemetry does not name a span by a method that a client made up", async () => {
  const { name, attributes } = await spanOf(hello, { method: "BREW" });
  assert.equal(name, "HTTP");
  assert.equal(attributes["http.request.method"], "_OTHER");
  assert.equal(attributes["http.request.method_original"], "BREW");
});

const failures: [what: string, application: Application, type: string][] = [
  [
    "an error",
    () => {
      throw new RangeError("broken");
    },
    "RangeError",
  ],
  [
    "a status of the application",
    (_environ, startResponse) => {
      startResponse("503 Service Unavailable", TEXT);
      return "later";
    },
    "503",
  ],
  ["a body that is none", () => 5 as never, "BODY"],
];
for (const [what, application, type] of failures) {
  test(`OpenTelemetry marks ${what} as an error`, async () => {
    const span = await spanOf(application);
    assert.equal(span.status.code, api.SpanStatusCode.ERROR);
    assert.equal(span.attributes["error.type"], type);
  });
}

test("OpenTelemetry ends the span of a request that is given up", async () => {
  exporter.reset();
  const answer = begin(
    telemetry.wrap(() => new Promise(() => {})),
    { options: { observer: telemetry, abortGraceMs: 1 } },
  );
  answer.abort();
  await answer.served;
  const [span] = exporter.getFinishedSpans();
  assert.equal(span?.status.code, api.SpanStatusCode.ERROR);
  assert.match(`${span?.attributes["error.type"]}`, /^[A-Z]+$/);
  assert.equal(span?.attributes["http.response.status_code"], undefined);
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const isWithin = () => (api.trace.getActiveSpan() === undefined ? "-" : "+");

const bodies: Record<string, () => ResponseBody | Promise<ResponseBody>> = {
  "a text": () => isWithin(),
  "an async function": async () => {
    await turn();
    return isWithin();
  },
  *generator() {
    yield isWithin();
    yield isWithin();
  },
  async *"async generator"() {
    yield isWithin();
    await turn();
    yield isWithin();
  },
  "a body with close()": () => {
    const body = (function* () {
      yield isWithin();
    })();
    return Object.assign(body, {
      close: () => assert.equal(isWithin(), "+"),
    });
  },
};
for (const [what, body] of Object.entries(bodies)) {
  test(`OpenTelemetry has the span active in ${what}`, async () => {
    const application: Application = (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body();
    };
    const options = { observer: telemetry };
    const answer = await client(telemetry.wrap(application), options).get("/");
    assert.match(answer.text, /^\++$/);
    assert.equal(answer.errors, "");
  });
}

test("OpenTelemetry.of finds the library from the application's folder", () => {
  assert.ok(OpenTelemetry.of(import.meta.filename) !== undefined);
  assert.equal(OpenTelemetry.of("/tmp/app.js"), undefined);
});
