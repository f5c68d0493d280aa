import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run } from "./tsgi.ts";

const DENIED =
  "2026/11/28 [crit] 1#1: *2 connect() to unix:/run/a b.sock failed (13: Permission denied) while connecting to upstream, client: ::1";
const LATE =
  '{"level":40,"code":"TIMEOUT","msg":"Cannot wait for the params: they are not complete after 30000 ms"}';

describe("tsgi explain", () => {
  test("tells cause, proof and cure of a code", async (t) => {
    const { status, stdout } = await run(t, ["explain", "listen"]);
    assert.equal(status, 0);
    assert.match(stdout, /^LISTEN: the address cannot be had\n/);
    assert.match(stdout, / {2}exit {4}the process ends with 69; 77/);
    assert.match(
      stdout,
      /cause {3}another process listens there\n {2}proof {3}ss -lxp/,
    );
  });

  test("takes a line in one argument or many, and puts its paths into commands", async (t) => {
    for (const args of [[DENIED], DENIED.split(" ")]) {
      const { status, stdout } = await run(t, ["explain", ...args]);
      assert.equal(status, 0);
      assert.match(stdout, /^nginx-permission: /);
      assert.match(stdout, /namei -l '\/run\/a b\.sock'/);
    }
  });

  test("tells only the cause the line tells, and where the others are", async (t) => {
    const { stdout } = await run(t, ["explain", LATE]);
    assert.match(stdout, /did not say completely/);
    assert.doesNotMatch(stdout, /took longer than --request/);
    assert.match(stdout, /1 other cause: tsgi explain TIMEOUT/);
  });

  test("escapes for a shell, and for a terminal, what a line names", async (t) => {
    const evil = DENIED.replace("a b", "'; rm -rf ~; \u001b[2J");
    const { stdout } = await run(t, ["explain", evil]);
    assert.match(stdout, /namei -l '\/run\/'\\''; rm -rf ~; \?\[2J\.sock'/);
    assert.ok(!stdout.includes("\u001b"));
  });

  test("knows the validator's rules, and the doctor's codes", async (t) => {
    const rule = await run(t, ["explain", "f5.02"]);
    assert.match(rule.stdout, /^F5\.02: .*three digits/);
    const line = "error CRLF_FIRST_LINE app.cgi";
    for (const text of ["crlf_first_line", line]) {
      const { stdout } = await run(t, ["explain", text]);
      assert.match(stdout, /^CRLF_FIRST_LINE: [\s\S]*tsgi doctor --fix/);
    }
  });

  test("lists all codes, and the lines of a server", async (t) => {
    const all = await run(t, ["explain"]);
    assert.match(all.stdout, /^LISTEN: /m);
    assert.doesNotMatch(all.stdout, /^nginx-/m);
    const nginx = await run(t, ["explain", "nginx"]);
    assert.match(nginx.stdout, /^nginx-timeout: /m);
  });

  test("sums up a log from standard input", async (t) => {
    const { status, stdout } = await run(t, ["explain", "-"], {
      input: `${LATE}\nall is well\n\n${DENIED}\n${LATE}\n${LATE}`,
    });
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^3 x TIMEOUT: [\s\S]*first {5}\{"level":40[\s\S]*\n1 x nginx-permission: /,
    );
    assert.match(
      stdout,
      /\n1 line says nothing we know, such as: all is well\n$/,
    );
  });

  test("prints JSON", async (t) => {
    const one = await run(t, ["explain", "--json", LATE]);
    const [found] = JSON.parse(one.stdout);
    assert.equal(found.id, "TIMEOUT");
    assert.equal(found.causes.length, 1);
    const log = await run(t, ["explain", "--json", "-"], { input: LATE });
    assert.equal(JSON.parse(log.stdout).found[0].count, 1);
  });

  for (const [what, args, message] of [
    [
      "a typing error",
      ["LISTN"],
      'Cannot explain "LISTN": there is no such code (did you mean LISTEN?)',
    ],
    [
      "a line it does not know",
      ["all is well"],
      "Cannot explain the line: it is none we know",
    ],
  ] as const) {
    test(`ends with 1 for ${what}`, async (t) => {
      const { status, stdout, stderr } = await run(t, ["explain", ...args]);
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.equal(
        stderr,
        `tsgi: ${message}; tsgi explain lists what there is\n`,
      );
    });
  }

  test("ends with 1 for a log of which nothing is known, or nothing is there", async (t) => {
    for (const input of ["all is well\n", ""]) {
      const { status } = await run(t, ["explain", "-"], { input });
      assert.equal(status, 1);
    }
  });

  test("ends with 2 for an unknown option, and has help", async (t) => {
    const wrong = await run(t, ["explain", "--jsn"]);
    assert.equal(wrong.status, 2);
    const { status, stdout } = await run(t, ["explain", "--help"]);
    assert.equal(status, 0);
    assert.match(stdout, /Examples:[\s\S]*tsgi explain LISTEN/);
  });
});
