// C5.06: bodies of any size in both directions, in little memory. TSGI_TRANSFER_MIB=1024 makes them
// a GiB each; the diagnostics tell what they took.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { begin, Peer, params, record, VARIABLES } from "../support/peer.ts";

const MIB = 1_048_576;
const BYTES = Number(process.env.TSGI_TRANSFER_MIB ?? 256) * MIB;
// From Node 24 on the collector lets buffers wait longer: a bare socket that reads as much and
// forgets it has 128 MiB there, and 86 MiB on Node 20.
const LIMIT =
  (Number.parseInt(process.versions.node, 10) < 24 ? 120 : 180) * MIB;
const PIECE = Buffer.concat(
  Array(16).fill(record(FCGI.STDIN, 1, Buffer.alloc(32_768, "upload"))),
);
const PIECE_BYTES = 16 * 32_768;

const directory = mkdtempSync(join(tmpdir(), "tsgi-test-"));
const program = join(directory, "server.mjs");

// tsx would count as well.
before(() =>
  build({
    entryPoints: [
      fileURLToPath(new URL("../support/transfer-server.ts", import.meta.url)),
    ],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  }),
);
after(() => rmSync(directory, { recursive: true }));

interface Transfer {
  readonly path: string;
  readonly up?: number;
  readonly down?: number;
  /** Reads nothing before all is written. */
  readonly writesFirst?: boolean;
}

/** Sends and receives without keeping anything; tells how many bytes of STDOUT came. */
async function transfer(
  address: string,
  { path, up = 0, down = 0, writesFirst = false }: Transfer,
): Promise<number> {
  const { socket } = await Peer.connect(address);
  const decoder = new RecordDecoder();
  let received = 0;
  const ended = new Promise<void>((resolve, reject) => {
    socket.removeAllListeners("data");
    socket.on("close", () => reject(new Error("The connection was closed")));
    socket.on("data", (bytes) => {
      decoder.push(bytes);
      for (let next = decoder.next(); next; next = decoder.next()) {
        if (next.type === FCGI.STDOUT) received += next.content.length;
        if (next.type === FCGI.END_REQUEST) resolve();
      }
    });
  });
  if (writesFirst) socket.pause();
  const variables = {
    ...VARIABLES,
    PATH_INFO: path,
    QUERY_STRING: String(down),
    CONTENT_LENGTH: String(up),
  };
  socket.write(begin());
  socket.write(params(variables));
  for (let sent = 0; sent < up; sent += PIECE_BYTES) {
    if (!socket.write(PIECE)) await once(socket, "drain");
  }
  socket.write(record(FCGI.STDIN));
  socket.resume();
  await ended;
  socket.destroy();
  return received;
}

async function start(t: TestContext): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, [program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return [child, String(line).trim()];
}

/** The most memory a process has had, in bytes. */
function peakMemory({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

const transfers: [name: string, transfer: Transfer][] = [
  ["down", { path: "/down", down: BYTES }],
  ["up", { path: "/up", up: BYTES }],
  ["up and down at once", { path: "/echo", up: BYTES }],
  ["up to who does not read it", { path: "/unread", up: BYTES }],
  [
    "up before anything is read",
    { path: "/echo", up: BYTES, writesFirst: true },
  ],
];
for (const [name, what] of transfers) {
  test(`C5.06 A4.14 ${BYTES / MIB} MiB go ${name} in less than ${LIMIT / MIB} MiB of memory`, async (t) => {
    const [child, address] = await start(t);
    const idle = peakMemory(child);
    const begun = performance.now();
    const received = await transfer(address, what);
    const seconds = (performance.now() - begun) / 1000;
    const peak = peakMemory(child);
    const expected = what.path === "/echo" ? (what.up ?? 0) : (what.down ?? 0);
    assert.ok(received >= expected, `${received} bytes were received`);
    t.diagnostic(
      `${Math.round(BYTES / MIB / seconds)} MiB/s, peak ${Math.round(peak / MIB)} MiB, ${Math.round(idle / MIB)} MiB before`,
    );
    assert.ok(peak < LIMIT, `${Math.round(peak / MIB)} MiB`);
  });
}
