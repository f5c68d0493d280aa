import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { UsageError } from "../../src/cli/exit-codes.ts";
import {
  misspelledVariables,
  resolveOptions,
  valuesOf,
} from "../../src/cli/options/config.ts";
import type { Values } from "../../src/cli/options/option.ts";
import { optionGroups, optionsOf } from "../../src/cli/options/options.ts";
import { configReport } from "../../src/cli/options/print-config.ts";
import { TsgiError } from "../../src/common/errors.ts";
import { folder } from "./command.ts";

const options = optionsOf(optionGroups);

interface Sources {
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Text of a configuration file. */
  readonly file?: string;
}

function settings(t: TestContext, { flags, environment, file }: Sources) {
  const given = new Map(Object.entries(flags ?? {}));
  if (file !== undefined) {
    const root = folder(t, { "tsgi.json": file });
    given.set("config", [join(root, "tsgi.json")]);
  }
  return resolveOptions(options, given, environment ?? {});
}

function values(t: TestContext, sources: Sources): Values {
  return valuesOf(settings(t, sources));
}

/** Where the value of `mount` comes from. */
function originOfMount(t: TestContext, sources: Sources): string | undefined {
  return settings(t, sources).find(({ option }) => option.key === "mount")
    ?.origin;
}

const everywhere = {
  flags: { mount: ["/flag"] },
  environment: { TSGI_MOUNT: "/environment" },
  file: '{ "mount": "/file" }',
};

test("resolveOptions prefers flags to the environment, that to the file, that to defaults", (t) => {
  const { environment, file } = everywhere;
  assert.equal(values(t, everywhere).mount, "/flag");
  assert.equal(values(t, { environment, file }).mount, "/environment");
  assert.equal(values(t, { file }).mount, "/file");
  assert.equal(values(t, {}).mount, undefined);
});

test("resolveOptions tells where each value is from", (t) => {
  const { environment, file } = everywhere;
  assert.equal(originOfMount(t, everywhere), "--mount");
  assert.equal(originOfMount(t, { environment, file }), "TSGI_MOUNT");
  assert.match(originOfMount(t, { file }) ?? "", /tsgi\.json$/);
  assert.equal(originOfMount(t, {}), "default");
});

test("resolveOptions takes the last of a flag that is not repeatable", (t) => {
  assert.equal(values(t, { flags: { mount: ["/a", "/b"] } }).mount, "/b");
});

test("resolveOptions takes all of one that is, and commas in the environment", (t) => {
  const flags = { socket: ["/a.sock", "/b.sock"] };
  assert.deepEqual(values(t, { flags }).socket, ["/a.sock", "/b.sock"]);
  const environment = { TSGI_LISTEN: "9000,fd:3", TSGI_ENVIRON: "A=1,B=2" };
  const { listen, environ } = values(t, { environment });
  assert.deepEqual(listen, ["9000", "fd:3"]);
  assert.deepEqual(environ, { A: "1", B: "2" });
});

test("resolveOptions takes an empty variable for one that is not set", (t) => {
  const environment = { TSGI_MAX_BODY: "" };
  assert.equal(values(t, { environment }).maxBodyBytes, undefined);
});

test("resolveOptions reads every kind of value from a file", (t) => {
  const file = JSON.stringify({
    maxBody: "1m",
    maxConcurrency: 50,
    maxParamsBytes: 1000,
    gracefulTimeout: "5s",
    socketMode: "600",
    halfClose: true,
    multiplex: false,
    errors: "stderr",
    listen: ["9000", "9001"],
    socket: "/run/app.sock",
    environ: { A: "1", "my.b": "2" },
  });
  const read = values(t, { file });
  assert.equal(read.maxBodyBytes, 1_048_576);
  assert.equal(read.maxConcurrency, 50);
  assert.equal(read.maxParamsBytes, 1000);
  assert.equal(read.gracefulTimeoutMs, 5_000);
  assert.equal(read.socketMode, 0o600);
  assert.equal(read.halfClose, true);
  assert.equal(read.multiplex, false);
  assert.equal(read.errors, "stderr");
  assert.deepEqual(read.listen, ["9000", "9001"]);
  assert.deepEqual(read.socket, ["/run/app.sock"]);
  assert.deepEqual(read.environ, { A: "1", "my.b": "2" });
});

for (const [what, file, message] of [
  [
    "an unknown key",
    '{ "maxBdy": 1 }',
    /"maxBdy" in .*tsgi\.json: there is no such option \(did you mean maxBody\?\)$/,
  ],
  [
    "a flag's spelling",
    '{ "max-body": 1 }',
    /there is no such option \(did you mean maxBody\?\)$/,
  ],
  ["a question", '{ "printConfig": true }', /there is no such option$/],
  ["another file", '{ "config": "x.json" }', /there is no such option$/],
  [
    "a number for a path",
    '{ "mount": 1 }',
    /mount: 1 in .*: it is not a path such as \/app$/,
  ],
  [
    "a text for a switch",
    '{ "halfClose": "true" }',
    /halfClose: "true" in .*: it is not on or off$/,
  ],
  [
    "a number for permissions",
    '{ "socketMode": 660 }',
    /it is not permissions in octal/,
  ],
  ["null", '{ "mount": null }', /mount: null in .*: it is not a path/],
  [
    "an object for a list",
    '{ "socket": {} }',
    /socket: \{\} in .*: it is not a path/,
  ],
  [
    "numbers in a list",
    '{ "listen": [9000] }',
    /listen: \[9000\] in .*: it is not HOST:PORT/,
  ],
  ["a number in environ", '{ "environ": { "A": 1 } }', /it is not NAME=value/],
  [
    "a time without a unit",
    '{ "gracefulTimeout": 30 }',
    /it is not a time such as 500ms, 30s or 5m/,
  ],
  ["a list as a whole", "[]", /it does not hold an object/],
  [
    "what is no JSON",
    "mount: /app",
    /^Cannot read .*tsgi\.json: it is not JSON: /,
  ],
] as const) {
  test(`resolveOptions refuses ${what} in a file`, (t) => {
    assert.throws(
      () => values(t, { file }),
      (error: unknown) => {
        assert.ok(TsgiError.is(error));
        assert.equal(error.code, "CONFIG");
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  });
}

test("resolveOptions tells of a file that is missing", (t) => {
  assert.throws(() => values(t, { flags: { config: ["/no/such.json"] } }), {
    code: "CONFIG",
    message: "Cannot read /no/such.json: there is no such file",
  });
});

test("resolveOptions blames the command line for a flag, and the set-up for a variable", (t) => {
  assert.throws(
    () => values(t, { flags: { "max-body": ["12q"] } }),
    (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.equal(
        error.message,
        "Cannot use --max-body 12q: it is not a size such as 512, 64k, 1m or 1g",
      );
      return true;
    },
  );
  assert.throws(() => values(t, { environment: { TSGI_MAX_BODY: "12q" } }), {
    code: "CONFIG",
    message:
      "Cannot use TSGI_MAX_BODY=12q: it is not a size such as 512, 64k, 1m or 1g",
  });
});

test("misspelledVariables finds what looks like an option", () => {
  const environment = {
    TSGI_MAX_BDY: "1m",
    TSGI_MOUNT: "/",
    TSGI_SOMETHING_ELSE: "1",
    PATH: "/bin",
  };
  assert.deepEqual(misspelledVariables(environment, options), [
    "TSGI_MAX_BDY in the environment is no option (did you mean TSGI_MAX_BODY?)",
  ]);
});

test("configReport shows every option with its value and its origin", (t) => {
  const report = configReport(
    settings(t, {
      flags: { "max-body": ["1m"], socket: ["/a.sock", "/b.sock"] },
      environment: { TSGI_HALF_CLOSE: "on" },
    }),
  );
  const lines = report.split("\n").map((line) => line.split(/ {2,}/));
  const line = (key: string) => lines.find(([name]) => name === key);
  assert.deepEqual(line("maxBody"), ["maxBody", "1m", "--max-body"]);
  assert.deepEqual(line("socket"), ["socket", "/a.sock,/b.sock", "--socket"]);
  assert.deepEqual(line("halfClose"), ["halfClose", "on", "TSGI_HALF_CLOSE"]);
  assert.deepEqual(line("lingerTimeout"), ["lingerTimeout", "30s", "default"]);
  assert.deepEqual(line("environ"), ["environ", "none", "default"]);
});
