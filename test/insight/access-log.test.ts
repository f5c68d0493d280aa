import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessLogFormat } from "../../src/common/access-log-format.ts";
import type { Application } from "../../src/common/types.ts";
import { AccessLog } from "../../src/insight/access-log.ts";
import {
  begin,
  type InProcessRequest,
  request,
  TEXT,
} from "../support/in-process.ts";

const HEADERS = [
  ["Referer", 'http://x/"\n'],
  ["User-Agent", "agent \x1b[31m"],
] as const;

async function lineOf(
  format: AccessLogFormat,
  application: Application,
  init: InProcessRequest = {},
): Promise<{ line: string; errors: string }> {
  const lines: string[] = [];
  const observer = new AccessLog(format, (line) => lines.push(line));
  const answer = await request(application, {
    target: "/a?b",
    headers: HEADERS,
    ...init,
    options: { observer, ...init.options },
  });
  assert.equal(lines.length, 1);
  return { line: lines[0] ?? "", errors: answer.errors };
}

const hello: Application = (environ, startResponse) => {
  environ.REMOTE_USER = "zoë";
  environ["request.id"] = "id-1";
  startResponse("200 OK", TEXT);
  return "hello";
};

test("AccessLog writes Apache's combined format, what clients sent escaped", async () => {
  const { line } = await lineOf("combined", hello);
  assert.match(
    line,
    /^127\.0\.0\.1 - zo\\xeb \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/a\?b HTTP\/1\.1" 200 5 "http:\/\/x\/\\"\\x0a" "agent \\x1b\[31m"\n$/,
  );
});

test("AccessLog adds time and request id in the timed format", async () => {
  const { line } = await lineOf("timed", hello);
  assert.match(line, /" \d+\.\d{3} id-1\n$/);
});

test("AccessLog tells a failure as the log and the page do", async () => {
  const { line, errors } = await lineOf("json", () => {
    throw new Error("broken");
  });
  const { status, failed, incident, bytes } = JSON.parse(line);
  assert.deepEqual([status, failed], [500, true]);
  assert.ok(bytes > 0);
  assert.match(errors, new RegExp(`incident ${incident}: `));
});

test("AccessLog tells why a request was given up, 499 where nothing was sent", async () => {
  const lines: string[] = [];
  const observer = new AccessLog("json", (line) => lines.push(line));
  const answer = begin(() => new Promise(() => {}), {
    options: { observer, abortGraceMs: 1 },
  });
  answer.abort();
  await answer.served;
  const { status, aborted, failed, incident } = JSON.parse(lines[0] ?? "");
  assert.deepEqual(
    [status, typeof aborted, failed, incident],
    [499, "string", undefined, undefined],
  );
});

test("AccessLog has a line for a request without anything, and one that was changed in any way", async () => {
  const spoilt: Application = (environ, startResponse) => {
    Object.assign(environ, {
      REMOTE_ADDR: 5,
      REQUEST_URI: {},
      HTTP_REFERER: null,
    });
    startResponse("204 No Content", []);
    return [];
  };
  const { line } = await lineOf("combined", spoilt);
  assert.match(line, /^5 .*"GET \[object Object\] HTTP\/1\.1" 204 - "-" /);
  const none = { REQUEST_METHOD: "", SERVER_PROTOCOL: "" };
  const refused = await lineOf("combined", hello, { variables: none });
  assert.match(refused.line, /" 400 \d+ "/);
});
