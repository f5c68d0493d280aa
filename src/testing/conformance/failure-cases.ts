// What becomes of applications that fail, or say what they must not.
import assert from "node:assert/strict";
import type { GatewayCase } from "./gateway-request.ts";

const PLAIN = [["Content-Type", "text/plain"]] as const;

/** Of failures: each gets a complete answer, and an entry in the log. */
export const failureCases: readonly GatewayCase[] = [
  {
    name: "A13.01 A13.04 D1.12 an application that throws, having taken the log away",
    application: (environ, startResponse) => {
      startResponse("200 OK", [["X-Old", "1"]]);
      Object.assign(environ, { "tsgi.errors": null });
      throw new Error("secret");
    },
    check({ status, headers, body, errors, succeeded }) {
      assert.equal(status, "500 Internal Server Error");
      assert.doesNotMatch(headers.join("\n"), /^X-Old/m);
      assert.doesNotMatch(body.toString(), /secret/);
      const [, incident = "none"] =
        /Incident (\w+)/.exec(body.toString()) ?? [];
      assert.match(errors, new RegExp(incident));
      assert.match(errors, /Error: secret/);
      assert.equal(succeeded, false);
    },
  },
  {
    name: "A11.01 a body longer than Content-Length is cut",
    application: function* (_, startResponse) {
      startResponse("200 OK", [...PLAIN, ["Content-Length", "2"]]);
      yield "abcdef";
      yield "never";
    },
    check({ body, errors }) {
      assert.equal(body.toString(), "ab");
      assert.match(errors, /Content-Length/);
    },
  },
  {
    name: "A7.07 D1.01 D1.03 header injection is refused, in look-alikes as well",
    application: (_, startResponse) => {
      const bad = ["a\r\nSet-Cookie: x", "a\u010d\u010aSet-Cookie: x", "a\0"];
      const refused = bad.filter((value) => {
        try {
          startResponse("200 OK", [["X", value]]);
          return false;
        } catch {
          return true;
        }
      });
      startResponse("200 OK", PLAIN, new Error("those were bad"));
      return String(refused.length);
    },
    check({ headers, body }) {
      assert.equal(body.toString(), "3");
      assert.doesNotMatch(headers.join("\n"), /^Set-Cookie/m);
    },
  },
  {
    name: "A6.06 a response replaced before anything was sent",
    application: (_, startResponse) => {
      startResponse("200 OK", [
        ["X-Old", "1"],
        ["Content-Length", "5"],
      ]);
      startResponse("503 Busy", [["X-New", "2"]], new Error("busy"));
      return "";
    },
    check({ status, headers }) {
      assert.equal(status, "503 Busy");
      assert.deepEqual(headers, ["X-New: 2", "Content-Length: 0"]);
    },
  },
  {
    name: "A1.07 A1.08 a body without startResponse is a 500",
    application: () => "body",
    check({ status, errors }) {
      assert.equal(status, "500 Internal Server Error");
      assert.match(errors, /startResponse/);
    },
  },
  {
    name: "C5.03 B2.03 a length which is no number is a 400",
    application: () => {
      throw new Error("called");
    },
    request: {
      variables: { REQUEST_METHOD: "POST", CONTENT_LENGTH: "1e3" },
    },
    check({ status, errors }) {
      assert.equal(status, "400 Bad Request");
      assert.doesNotMatch(errors, /called/);
    },
  },
  {
    name: "A8.05 A13.03 a rejection with nothing, and a body of the wrong kind",
    application: () => Promise.reject(),
    check: ({ status }) => assert.equal(status, "500 Internal Server Error"),
  },
];
