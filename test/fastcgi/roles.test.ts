// C9: authorizers, which get no body, and filters, which get a file as well.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application, Input } from "../../src/common/types.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  abort,
  begin,
  data,
  type Peer,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import {
  answering,
  echo,
  gate,
  parse,
  respond,
  showing,
} from "../support/responder.ts";

const roles = ["RESPONDER", "AUTHORIZER", "FILTER"] as const;

/** What mod_fcgid and lighttpd send: no STDIN at all, though the client may have sent a body. */
function askAuthorizer(
  peer: Peer,
  variables: Readonly<Record<string, string>> = {},
): void {
  peer.send(
    begin(1, { role: FCGI.AUTHORIZER }),
    params({ ...VARIABLES, ...variables }),
  );
}

for (const [index, name] of roles.entries()) {
  test(`C9.01 C3.07 ${name} is served where it is offered, and only there`, async (t) => {
    const responder = await respond(t, showing, { roles: [name] });
    const peer = await responder.connect();
    for (const [other] of roles.entries()) {
      peer.send(begin(1, { role: other + 1 }), params(), stdin(), data());
      const answer = await peer.untilEnd();
      if (other === index) {
        assert.equal(JSON.parse(parse(answer).body).FCGI_ROLE, name);
      } else {
        assert.equal(answer.protocolStatus, FCGI.UNKNOWN_ROLE);
      }
    }
  });
}

test("C9.02 an authorizer answers without any STDIN, again and again", async (t) => {
  const responder = await respond(t, echo, { roles: ["AUTHORIZER"] });
  const peer = await responder.connect();
  for (let count = 0; count < 3; count++) {
    askAuthorizer(peer, { REQUEST_METHOD: "POST", CONTENT_LENGTH: "1000" });
    const { status, body } = parse(await peer.untilEnd());
    assert.equal(status, "200 OK");
    assert.equal(body, "");
  }
});

for (const engine of ["tsgi", "node-fastcgi"] as const) {
  test(`headFor puts the status of an authorizer first, with engine ${engine}`, async (t) => {
    const application: Application = (_environ, startResponse) => {
      startResponse("401 Status: none", [["WWW-Authenticate", "Basic"]]);
      return "no";
    };
    const responder = await respond(t, application, {
      roles: [...roles],
      engine,
    });
    const peer = await responder.connect();
    askAuthorizer(peer);
    assert.equal(
      (await peer.untilEnd()).stdout.toString(),
      "Status: 401 Status: none\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno",
    );
    peer.send(request());
    assert.match(
      (await peer.untilEnd()).stdout.toString(),
      /^WWW-Authenticate: .*\r\nStatus: 401 Status: none\r\n\r\nno$/s,
    );
  });
}

test("C9.02 an authorizer on a connection of its own gets FIN after its answer", async (t) => {
  const responder = await respond(t, answering(), { roles: ["AUTHORIZER"] });
  const peer = await responder.connect();
  peer.send(begin(1, { role: FCGI.AUTHORIZER, keep: false }), params());
  await peer.untilEnd();
  assert.equal(await peer.closed, "FIN");
});

test("C9.02 an authorizer's STDIN is dropped where it comes after all", async (t) => {
  const responder = await respond(t, echo, {
    roles: ["AUTHORIZER", "RESPONDER"],
  });
  const peer = await responder.connect();
  askAuthorizer(peer, { CONTENT_LENGTH: "4" });
  peer.send(stdin("body"));
  assert.equal(parse(await peer.untilEnd()).body, "");
  peer.send(request({}, "clean"));
  assert.equal(parse(await peer.untilEnd()).body, "clean");
});

test("C9.02 an authorizer's environ has no path or body of the resource", async (t) => {
  const responder = await respond(t, showing, { roles: ["AUTHORIZER"] });
  const peer = await responder.connect();
  askAuthorizer(peer, {
    REQUEST_URI: "/private/a%20file?who=me",
    SCRIPT_NAME: "/private",
    PATH_INFO: "/elsewhere",
    PATH_TRANSLATED: "/srv/elsewhere",
    CONTENT_LENGTH: "12",
    QUERY_STRING: "who=me",
  });
  const environ = JSON.parse(parse(await peer.untilEnd()).body);
  assert.equal(environ.SCRIPT_NAME, "");
  assert.equal(environ.PATH_INFO, "/private/a file");
  assert.equal(environ.QUERY_STRING, "who=me");
  assert.equal("PATH_TRANSLATED" in environ, false);
  assert.equal("CONTENT_LENGTH" in environ, false);
});

for (const REQUEST_URI of ["", "*", "http://host"]) {
  test(`C9.02 an authorizer's PATH_INFO is "/" where REQUEST_URI is "${REQUEST_URI}"`, async (t) => {
    const responder = await respond(t, showing, { roles: ["AUTHORIZER"] });
    const peer = await responder.connect();
    askAuthorizer(peer, { REQUEST_URI });
    const environ = JSON.parse(parse(await peer.untilEnd()).body);
    assert.equal(environ.SCRIPT_NAME, "");
    assert.equal(environ.PATH_INFO, "/");
  });
}

test("C9.02 an authorizer's Variable-* headers pass with its 200", async (t) => {
  const allow: Application = (_, startResponse) => {
    startResponse("200 OK", [
      ["Variable-REMOTE_USER", "me"],
      ["Variable-X", "y"],
    ]);
    return [];
  };
  const responder = await respond(t, allow, { roles: ["AUTHORIZER"] });
  const peer = await responder.connect();
  askAuthorizer(peer);
  const { status, lines, body } = parse(await peer.untilEnd());
  assert.equal(status, "200 OK");
  assert.ok(lines.includes("Variable-REMOTE_USER: me"));
  assert.ok(lines.includes("Variable-X: y"));
  assert.equal(body, "");
});

test("C9.02 an authorizer's refusal is a whole response", async (t) => {
  const refuse = answering("say who you are", "403 Forbidden");
  const responder = await respond(t, refuse, { roles: ["AUTHORIZER"] });
  const peer = await responder.connect();
  askAuthorizer(peer);
  const { status, body } = parse(await peer.untilEnd());
  assert.equal(status, "403 Forbidden");
  assert.equal(body, "say who you are");
});

test("C9.02 an authorizer can be aborted", async (t) => {
  const started = gate();
  const responder = await respond(
    t,
    async (environ) => {
      const signal = environ["tsgi.signal"];
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
        started.open();
      });
      return [];
    },
    { roles: ["AUTHORIZER"] },
  );
  const peer = await responder.connect();
  askAuthorizer(peer);
  await started.passed;
  peer.send(abort());
  const { appStatus, stdout } = await peer.untilEnd();
  assert.equal(appStatus, 1);
  assert.equal(stdout.length, 0);
});

/** Answers with the body, the file, and when that was changed. */
const filter: Application = async (environ, startResponse) => {
  const body = await environ["tsgi.input"].read();
  const file = await (environ["tsgi.data"] as Input).read();
  const { FCGI_DATA_LAST_MOD } = environ as { FCGI_DATA_LAST_MOD?: string };
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return [body, "|", file, "|", FCGI_DATA_LAST_MOD ?? ""];
};

/** The variables of a filter's request. */
function filterVariables(body: string, file: string): Record<string, string> {
  return {
    ...VARIABLES,
    REQUEST_METHOD: "POST",
    CONTENT_LENGTH: `${body.length}`,
    FCGI_DATA_LENGTH: `${file.length}`,
    FCGI_DATA_LAST_MOD: "1700000000",
  };
}

const beginFilter = begin(1, { role: FCGI.FILTER });
const filterParams = params(filterVariables("body", "file"));
const orders: [name: string, ...pieces: Uint8Array[]][] = [
  ["DATA after STDIN", stdin("body"), data("file")],
  ["DATA before STDIN", data("file"), stdin("body")],
  [
    "DATA between the pieces of STDIN",
    record(FCGI.STDIN, 1, "bo"),
    record(FCGI.DATA, 1, "fi"),
    record(FCGI.STDIN, 1, "dy"),
    record(FCGI.DATA, 1, "le"),
    record(FCGI.DATA),
    record(FCGI.STDIN),
  ],
  [
    "streams whose ends do not come",
    record(FCGI.STDIN, 1, "body"),
    record(FCGI.DATA, 1, "file"),
  ],
  [
    "streams that go on after their ends",
    stdin("body"),
    data("file"),
    data("more"),
    stdin("more"),
  ],
];
for (const [name, ...pieces] of orders) {
  test(`C9.04 C9.05 a filter reads the body and the file: ${name}`, async (t) => {
    const responder = await respond(t, filter, { roles: ["FILTER"] });
    const peer = await responder.connect();
    peer.send(beginFilter, filterParams, ...pieces);
    const { status, body } = parse(await peer.untilEnd());
    assert.equal(status, "200 OK");
    assert.equal(body, "body|file|1700000000");
  });
}

test("C9.05 a filter's streams may come in front of the end of its params", async (t) => {
  const responder = await respond(t, filter, { roles: ["FILTER"] });
  const peer = await responder.connect();
  peer.send(beginFilter, data("file"), stdin("body"), filterParams);
  assert.equal(parse(await peer.untilEnd()).body, "body|file|1700000000");
});

test("C9.04 tsgi.data has the bytes FCGI_DATA_LENGTH tells, and no more", async (t) => {
  const responder = await respond(t, filter, { roles: ["FILTER"] });
  const peer = await responder.connect();
  peer.send(beginFilter, filterParams, stdin("body"), data("file and more"));
  assert.equal(parse(await peer.untilEnd()).body, "body|file|1700000000");
});

for (const [stream, sent] of [
  ["tsgi.input", [stdin("bo"), data("file")]],
  ["tsgi.data", [stdin("body"), data("fi")]],
] as const) {
  test(`C9.04 ${stream} rejects where its stream ends too early`, async (t) => {
    const responder = await respond(
      t,
      async (environ, startResponse) => {
        const input = environ[stream] as Input;
        const outcome = await input.read().catch(({ code }) => code);
        startResponse("200 OK", []);
        return [outcome];
      },
      { roles: ["FILTER"] },
    );
    const peer = await responder.connect();
    peer.send(beginFilter, filterParams, ...sent);
    assert.equal(parse(await peer.untilEnd()).body, "INCOMPLETE_BODY");
  });
}

test("C9.04 FCGI_DATA_LENGTH must be a number", async (t) => {
  const responder = await respond(t, filter, { roles: ["FILTER"] });
  const peer = await responder.connect();
  const variables = { ...filterVariables("", ""), FCGI_DATA_LENGTH: "0x5" };
  peer.send(beginFilter, params(variables), stdin(), data());
  assert.equal(parse(await peer.untilEnd()).status, "400 Bad Request");
});

for (const [first, second] of [
  ["tsgi.data", "tsgi.input"],
  ["tsgi.input", "tsgi.data"],
] as const) {
  for (const isDataFirst of [false, true]) {
    const order = isDataFirst ? "DATA then STDIN" : "STDIN then DATA";
    test(`C9.05 C5.07 ${first} can be read first where the server sends ${order}, more than memory holds`, async (t) => {
      const responder = await respond(
        t,
        async (environ, startResponse) => {
          const one = await (environ[first] as Input).read();
          const two = await (environ[second] as Input).read();
          startResponse("200 OK", []);
          return [`${one.length} ${two.length}`];
        },
        { roles: ["FILTER"], maxBufferedBytes: 1000 },
      );
      const peer = await responder.connect();
      const large = "x".repeat(200_000);
      const streams = [stdin(large), data(large)];
      if (isDataFirst) streams.reverse();
      peer.send(beginFilter, params(filterVariables(large, large)), ...streams);
      assert.equal(parse(await peer.untilEnd()).body, "200000 200000");
    });
  }
}

test("C5.11 C9.04 a responder has no tsgi.data, whatever DATA comes", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  peer.send(begin(), params(), data("file"), stdin());
  const environ = JSON.parse(parse(await peer.untilEnd()).body);
  assert.equal("tsgi.data" in environ, false);
});
