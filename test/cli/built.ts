// Files that `tsgi build` made, alone in a folder, as a web server starts them.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import {
  CGI_VARIABLES,
  type Files,
  folder,
  type Outcome,
  run,
} from "./command.ts";
import { project } from "./programs.ts";

/** A built file, in a folder whose package.json says that all in it is ES modules. */
export async function built(
  t: TestContext,
  files: Files,
  args: readonly string[],
): Promise<string> {
  const root = project(t, files);
  const place = folder(t, { "package.json": '{"type":"module"}' });
  const output = join(place, "app.cgi");
  const { status, stderr } = await run(
    t,
    "tsgi",
    ["build", "-o", output, ...args],
    { cwd: root },
  );
  assert.equal(status, 0, stderr);
  return output;
}

/** What a built file answers to GET. It keeps its compiled code beside it, unless told otherwise. */
export function answer(
  t: TestContext,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const cache = join(file, "../cache");
  return run(t, file, [], {
    env: {
      ...CGI_VARIABLES,
      HTTP_HOST: "localhost",
      TSGI_CODE_CACHE: cache,
      ...env,
    },
  });
}

/** An application of TSGI that says hello. */
export const HELLO = `export default function application(environ, startResponse) {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "Hello " + environ.SCRIPT_NAME + " " + environ.PATH_INFO;
}
`;

/** As a web server wants it, complete, and without a word of the inside. */
export function checkPage(
  { stdout, stderr }: Pick<Outcome, "stdout" | "stderr">,
  code: string,
): void {
  const [head = "", body = ""] = stdout.split("\r\n\r\n");
  assert.match(head, /^Status: 50[03] /m, stderr);
  const [, incident = "", told] =
    /^The request could not be served\. Incident (\w+) \((\w+)\)\.$/m.exec(
      body,
    ) ?? [];
  assert.equal(told, code);
  assert.ok(stderr.includes(incident), stderr);
  const length = /^Content-Length: (\d+)/m.exec(head)?.[1];
  assert.equal(Number(length), Buffer.byteLength(body));
  assert.doesNotMatch(body, /\.mjs|\.cgi|Error:/);
}

/** Code which says that it is run. */
export const SAY =
  'process.getBuiltinModule("node:fs").writeSync(2, "here\\n");';
