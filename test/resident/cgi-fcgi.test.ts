// The two files of docs/resident-cgi.md, "With cgi-fcgi".
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const DOCS = new URL("../../docs/resident-cgi.md", import.meta.url);
const COMMANDS = fileURLToPath(new URL("../../bin", import.meta.url));
const isMissing = spawnSync("cgi-fcgi").error !== undefined;

test("cgi-fcgi starts tsgi-fcgi, and hands requests to it", {
  skip: isMissing && "no cgi-fcgi",
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-cf-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
    return join(folder, name);
  };
  const [, ...blocks] = readFileSync(DOCS, "utf8")
    .split("```sh\n")
    .map((text) => {
      return (text.split("```")[0] ?? "")
        .replaceAll("/home/me/node_modules/.bin", COMMANDS)
        .replaceAll("/home/me", folder);
    });
  const [script = "", start = ""] = blocks.slice(-2);
  write(
    "app.js",
    `module.exports = (environ, startResponse) => {
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return String(process.pid);
  };`,
  );
  write("start.sh", start);
  const program = write("app.cgi", script);
  const env = {
    PATH: `${process.env.PATH}`,
    TSGI_ALLOW_ROOT: "on",
    GATEWAY_INTERFACE: "CGI/1.1",
    REQUEST_METHOD: "GET",
    REQUEST_URI: "/",
    SCRIPT_NAME: "",
    SERVER_NAME: "localhost",
    SERVER_PORT: "80",
    SERVER_PROTOCOL: "HTTP/1.1",
  };
  const run = async (): Promise<string> => {
    const { stdout } = await promisify(execFile)(program, { env });
    return stdout.split("\r\n\r\n")[1] ?? "";
  };
  // On a busy machine its two seconds may not be enough for Node to start.
  const first = await run().catch(run);
  t.after(() => process.kill(Number(first)));
  assert.match(first, /^\d+$/);
  assert.equal(await run(), first);
});
