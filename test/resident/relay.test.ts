// The relay against a responder of the test's own, which says what it is told to say.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
} from "node:fs";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { emptyVariables } from "../../src/common/variables.ts";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import {
  encodeRecord,
  encodeStream,
  endRequest,
} from "../../src/fastcgi/encoder.ts";
import { decodePairs } from "../../src/fastcgi/params.ts";
import { FCGI, type FcgiRecord } from "../../src/fastcgi/protocol.ts";
import { outcomeOf, type Site, siteFor } from "./site.ts";

const ONE_SHOT = `module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "one-shot";
};`;
const ACCEPTED = encodeRecord(FCGI.GET_VALUES_RESULT, 0, Buffer.alloc(0));
const HEAD = "Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n";

function stdout(text: string): Uint8Array {
  return encodeRecord(FCGI.STDOUT, 1, Buffer.from(text));
}

/** A site whose directory is there, with a server on its socket. Nothing becomes a responder of its own. */
async function siteWith(
  t: TestContext,
  onConnection: (socket: Socket) => void,
): Promise<Site> {
  const site = siteFor(t, { application: ONE_SHOT, stay: ["false"] });
  mkdirSync(site.directory, { mode: 0o700 });
  const server = createServer({ allowHalfOpen: true }, onConnection);
  server.listen(site.socket);
  await once(server, "listening");
  t.after(() => server.close());
  return site;
}

/** Tells of each record of a connection. */
function records(socket: Socket, on: (record: FcgiRecord) => void): void {
  const decoder = new RecordDecoder();
  socket.on("data", (bytes: Uint8Array) => {
    decoder.push(bytes);
    for (let next = decoder.next(); next; next = decoder.next()) on(next);
  });
  socket.on("error", () => {});
}

/** Accepts a request, and answers when all of it has come. */
function answering(
  answer: (socket: Socket, all: readonly FcgiRecord[]) => void,
): (socket: Socket) => void {
  return (socket) => {
    const all: FcgiRecord[] = [];
    records(socket, (record) => {
      all.push(record);
      if (record.type === FCGI.GET_VALUES) socket.write(ACCEPTED);
      if (record.type === FCGI.STDIN && record.content.length === 0) {
        answer(socket, all);
      }
    });
  };
}

const notRoot = process.getuid?.() !== 0;
const perl = spawnSync("perl", ["-v"]).status === 0 ? false : "no perl";

test("both parts of the relay are Perl", { skip: perl }, () => {
  const file = new URL("../../src/resident/relay.pl", import.meta.url);
  const text = readFileSync(file, "utf8");
  for (const part of text.split("\n__END__\n")) {
    execFileSync("perl", ["-c"], {
      input: part,
      stdio: ["pipe", "pipe", "pipe"],
    });
  }
  assert.doesNotMatch(text, /^\s*(?:use|require)\b/m, "a module");
});

test("the params end only when the responder has accepted", {
  skip: perl,
}, async (t) => {
  let before: number[] = [];
  let variables = emptyVariables();
  const site = await siteWith(t, (socket) => {
    const types: number[] = [];
    const params: Uint8Array[] = [];
    records(socket, ({ type, content }) => {
      types.push(type);
      if (type === FCGI.PARAMS) params.push(content);
      if (type === FCGI.GET_VALUES) {
        before = [...types];
        socket.write(ACCEPTED);
      }
      if (type === FCGI.STDIN) {
        variables = emptyVariables();
        decodePairs(Buffer.concat(params), 1000, variables);
        socket.end(
          Buffer.concat([stdout(`${HEAD}resident`), endRequest(1, 0, 0)]),
        );
      }
    });
  });
  const long = "x".repeat(100_000);
  const env = { LONG: long, EMPTY: "", HTTP_COOKIE: "\u00e9" };
  assert.equal(await site.text({ env }), "resident");
  assert.deepEqual(before, [
    FCGI.BEGIN_REQUEST,
    FCGI.PARAMS,
    FCGI.PARAMS,
    FCGI.GET_VALUES,
  ]);
  assert.equal(variables.LONG, long);
  assert.equal(variables.EMPTY, "");
  assert.equal(variables.HTTP_COOKIE, Buffer.from("\u00e9").toString("latin1"));
});

const UNSERVED: readonly { name: string; serve: (socket: Socket) => void }[] = [
  {
    name: "refuses with FCGI_OVERLOADED",
    serve: (socket) =>
      socket.once("data", () => {
        socket.end(endRequest(1, 0, FCGI.OVERLOADED));
      }),
  },
  { name: "closes before it accepts", serve: (socket) => socket.destroy() },
  {
    name: "closes when it has read the params",
    serve: (socket) => socket.once("data", () => socket.destroy()),
  },
  // For a second, which is the relay's patience.
  { name: "is silent", serve: (socket) => socket.on("error", () => {}) },
];

for (const { name, serve } of UNSERVED) {
  test(`a request runs one-shot where the responder ${name}`, {
    skip: perl,
  }, async (t) => {
    const site = await siteWith(t, serve);
    assert.equal(await site.text(), "one-shot");
    const echoed = await site.run({
      method: "POST",
      body: Buffer.from("body"),
    });
    assert.match(echoed.head, /200 OK/);
  });
}

test("who dies with a request and without a byte is answered for by a coded 502, and nothing runs again", {
  skip: perl,
}, async (t) => {
  const site = await siteWith(
    t,
    answering((socket) => socket.destroy()),
  );
  const { status, head, body, stderr } = await site.run();
  assert.match(head, /^Status: 502 Bad Gateway\r\n/);
  assert.match(body.toString(), /RESIDENT_LOST/);
  assert.match(stderr, /RESIDENT_LOST: Cannot answer GET \/app.cgi/);
  assert.equal(status, 1);
});

test("a response that breaks off ends with status 1", {
  skip: perl,
}, async (t) => {
  const site = await siteWith(
    t,
    answering((socket) => socket.end(stdout(`${HEAD}half`))),
  );
  const { status, body } = await site.run();
  assert.equal(body.toString(), "half");
  assert.equal(status, 1);
});

test("records arrive in any pieces; stderr goes to stderr, and appStatus ends the process", {
  skip: perl,
}, async (t) => {
  const wire = Buffer.concat([
    stdout(HEAD),
    encodeStream(FCGI.STDERR, 1, Buffer.from("a complaint\n")),
    stdout("body"),
    stdout(""),
    endRequest(1, 7, 0),
  ]);
  const site = await siteWith(
    t,
    answering((socket) => {
      let at = 0;
      const step = (): void => {
        if (at === wire.length) return;
        socket.write(wire.subarray(at, ++at), () => setImmediate(step));
      };
      step();
    }),
  );
  const { status, body, stderr } = await site.run();
  assert.equal(body.toString(), "body");
  assert.equal(stderr, "a complaint\n");
  assert.equal(status, 7);
});

test("a body is sent as long as CONTENT_LENGTH says, and its end twice where nothing came", {
  skip: perl,
}, async (t) => {
  const site = await siteWith(
    t,
    answering((socket, all) => {
      const stdin = all.filter(({ type }) => type === FCGI.STDIN);
      const lengths = stdin.map(({ content }) => content.length).join();
      socket.end(Buffer.concat([stdout(HEAD + lengths), endRequest(1, 0, 0)]));
    }),
  );
  const whole = { method: "POST", body: Buffer.from("12345") };
  assert.equal(await site.text(whole), "5,0");
  // More than it says is not part of it.
  assert.equal(
    await site.text({ ...whole, env: { CONTENT_LENGTH: "3" } }),
    "3,0",
  );
  assert.equal(
    await site.text({ ...whole, env: { CONTENT_LENGTH: "0" } }),
    "0",
  );
  const chunked = { CONTENT_LENGTH: "", HTTP_TRANSFER_ENCODING: "chunked" };
  assert.equal(await site.text({ ...whole, env: chunked }), "5,0");
});

test("TSGI_RESIDENT=0 runs every request one-shot", {
  skip: perl,
}, async (t) => {
  const site = await siteWith(t, () => assert.fail("asked"));
  assert.equal(await site.text({ env: { TSGI_RESIDENT: "0" } }), "one-shot");
});

const UNTRUSTED: readonly { name: string; spoil: (site: Site) => void }[] = [
  {
    name: "a directory that its group may enter",
    spoil: ({ directory }) => chmodSync(directory, 0o770),
  },
  {
    name: "a base that others may write without the sticky bit",
    spoil: ({ folder }) => chmodSync(folder, 0o777),
  },
  {
    name: "a link to a directory",
    spoil: ({ folder, directory }) => {
      renameSync(directory, `${folder}/d`);
      execFileSync("ln", ["-s", `${folder}/d`, directory]);
    },
  },
  {
    name: "a directory of somebody else",
    spoil: ({ directory }) => execFileSync("chown", ["65534", directory]),
  },
];

for (const { name, spoil } of UNTRUSTED) {
  const needsRoot = name.includes("somebody") && notRoot;
  test(`${name} is not trusted`, { skip: perl || needsRoot }, async (t) => {
    const site = await siteWith(t, () => assert.fail("asked"));
    spoil(site);
    assert.equal(await site.text(), "one-shot");
    chmodSync(site.folder, 0o755);
  });
}

test("a responder of another user is not trusted", {
  skip: perl || notRoot,
}, async (t) => {
  const site = await siteWith(t, (socket) =>
    socket.on("data", () => assert.fail("asked")),
  );
  // As its owner, who may connect to what root listens on; SO_PEERCRED tells that it is root.
  const nobody = 65534;
  chownSync(site.folder, nobody, nobody);
  chownSync(site.directory, nobody, nobody);
  chownSync(site.socket, nobody, nobody);
  const uid = site.directory.replace("/.tsgi-0-", `/.tsgi-${nobody}-`);
  renameSync(site.directory, uid);
  const child = site.start({ uid: nobody });
  child.stdin.end();
  const { body } = await outcomeOf(child);
  assert.equal(body.toString(), "one-shot");
});
