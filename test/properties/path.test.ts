import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  applyMount,
  mountPrefix,
  percentDecode,
  requestPath,
} from "../../src/common/mount.ts";
import { repair } from "../../src/common/quirks.ts";
import { emptyVariables } from "../../src/common/variables.ts";
import { check } from "../support/property.ts";

const latin1 = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));
const path = fc
  .array(
    fc.constantFrom("/", "/", "a", ".", "..", "%", "%2f", "?", "#", ":", "*"),
  )
  .map((parts) => parts.join(""));
const text = fc.oneof(latin1, path);
const maybe = fc.option(text, { nil: undefined });
const segments = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 6 }), { maxLength: 4 })
  .map((names) =>
    names.map((name) =>
      Buffer.from(name).toString("latin1").replaceAll("/", "-"),
    ),
  );

test("A2.07 percentDecode undoes any mixture of raw and encoded bytes", (t) => {
  check(
    t,
    fc.property(latin1, fc.array(fc.nat(2)), (given, forms) => {
      assert.equal(percentDecode(encode(given, forms)), given);
    }),
  );
});

test("A2.04 requestPath and percentDecode make bytes of any bytes", (t) => {
  check(
    t,
    fc.property(text, (given) => {
      assert.match(percentDecode(given), /^[\0-\xff]*$/);
      assert.match(requestPath(given) ?? "/", /^(\/[\0-\xff]*)?$/);
    }),
  );
});

test("A2.06 A2.07 A2.08 applyMount splits any path at its mount point", (t) => {
  check(
    t,
    fc.property(segments, text, fc.array(fc.nat(2)), (mount, tail, forms) => {
      const point = mount.map((name) => `/${name}`).join("");
      const rest = tail === "" ? "" : `/${tail}`;
      const prefix = mountPrefix(`/${encode(point, []).slice(1)}`);
      assert.equal(prefix, point);
      const variables = Object.assign(emptyVariables(), {
        REQUEST_URI: `${encode(point + rest, forms)}?q`,
      });
      const split = applyMount(variables, prefix);
      if (point + rest === "") return;
      assert.ok(split);
      assert.equal(variables.SCRIPT_NAME, point);
      assert.equal(variables.PATH_INFO, rest);
    }),
  );
});

test("applyMount changes all or nothing", (t) => {
  const near = fc.tuple(segments, text).map(([names, tail]) => {
    return names.map((name) => `/${name}`).join("") + tail;
  });
  check(
    t,
    fc.property(segments, fc.oneof(text, near), (mount, REQUEST_URI) => {
      const prefix = mount.map((name) => `/${name}`).join("");
      const given = { REQUEST_URI, SCRIPT_NAME: "/s", PATH_INFO: "/p" };
      const variables = Object.assign(emptyVariables(), given);
      if (!applyMount(variables, prefix)) {
        assert.deepEqual({ ...variables }, given);
        return;
      }
      assert.equal(variables.SCRIPT_NAME, prefix);
      const whole = prefix + variables.PATH_INFO;
      assert.equal(whole, requestPath(REQUEST_URI) || "/");
    }),
  );
});

test("A2.06 A2.07 A2.09 A2.10 A2.12 repair brings any variables in order, once", (t) => {
  const names = [
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "REQUEST_URI",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "HTTPS",
    "CONTENT_LENGTH",
    "HTTP_AUTHORIZATION",
    "REDIRECT_HTTP_AUTHORIZATION",
  ];
  const values = fc.tuple(...names.map(() => maybe));
  check(
    t,
    fc.property(values, (given) => {
      const variables = emptyVariables();
      for (const [index, name] of names.entries()) {
        const value = given[index];
        if (value !== undefined) variables[name] = value;
      }
      repair(variables);
      const { SCRIPT_NAME, PATH_INFO } = variables;
      assert.match(SCRIPT_NAME ?? "?", /^(\/[\0-\xff]*[^/])?$/);
      assert.match(PATH_INFO ?? "?", /^(\/[\0-\xff]*)?$/);
      assert.notEqual(`${SCRIPT_NAME}${PATH_INFO}`, "");
      assert.equal(typeof variables.QUERY_STRING, "string");
      assert.notEqual(variables.SERVER_NAME ?? "", "");
      assert.match(variables.SERVER_PORT ?? "", /^[0-9]+$/);
      assert.notEqual(variables.SERVER_PROTOCOL ?? "", "");
      assert.deepEqual(repair(variables), []);
    }),
  );
});

/** Bytes as a client may send them: raw, or escaped in capitals or small letters. */
function encode(bytes: string, forms: readonly number[]): string {
  let encoded = "";
  for (let at = 0; at < bytes.length; at++) {
    const character = bytes.charAt(at);
    const form = forms[at % forms.length] ?? 1;
    const digits = bytes.charCodeAt(at).toString(16).padStart(2, "0");
    if (character === "/") encoded += "/";
    else if (form === 0 && !/[%?#]/.test(character)) encoded += character;
    else encoded += `%${form === 1 ? digits.toUpperCase() : digits}`;
  }
  return encoded;
}
