import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readGatewayAnswer } from "../../src/testing/index.ts";
import { conformanceOver } from "./front-ends.ts";

const directory = mkdtempSync(join(tmpdir(), "tsgi-suite-"));
const program = join(directory, "program.cjs");

before(() =>
  build({
    entryPoints: [fileURLToPath(new URL("cgi-program.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    outfile: program,
  }),
);
after(() => rmSync(directory, { recursive: true }));

conformanceOver("cgi", (_application, { name }) => ({
  async send({ variables, body }) {
    // Names and values of an environment are bytes; Node passes strings as UTF-8.
    const environment: [string, string][] = Object.entries(variables).map(
      ([name, value]) => [name, Buffer.from(value, "latin1").toString()],
    );
    const child = spawn(process.execPath, [program], {
      env: { ...Object.fromEntries(environment), TEST_CASE: name },
      stdio: "pipe",
    });
    const stdout: Buffer[] = [];
    let errors = "";
    child.stdout.on("data", (bytes) => stdout.push(bytes));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      errors += text;
    });
    child.stdin.on("error", () => {});
    child.stdin.end(body);
    const [status] = await once(child, "close");
    return readGatewayAnswer(Buffer.concat(stdout), errors, status === 0);
  },
}));
