// The work, as an application of ours. Every contender does the same: programs/ has the others.
import "./collect.js";

const BODY = "Hello, world!\n";
const PIECE = Buffer.alloc(65_536, "x");
const bodies = new Map();

export default (environ, startResponse) => {
  switch (environ.PATH_INFO) {
    case "/bytes":
      return bytes(Number(environ.QUERY_STRING), startResponse);
    case "/echo":
      return echo(environ["tsgi.input"], startResponse);
    case "/down":
      startResponse("200 OK", [["Content-Type", "application/octet-stream"]]);
      return down(Number(environ.QUERY_STRING));
    case "/up":
      return up(environ["tsgi.input"], startResponse);
    default:
      startResponse("200 OK", [
        ["Content-Type", "text/plain"],
        ["Content-Length", "14"],
      ]);
      return BODY;
  }
};

function bytes(length, startResponse) {
  startResponse("200 OK", [
    ["Content-Type", "application/octet-stream"],
    ["Content-Length", String(length)],
  ]);
  if (!bodies.has(length)) bodies.set(length, Buffer.alloc(length, "x"));
  return bodies.get(length);
}

async function echo(input, startResponse) {
  const text = Buffer.from(await input.read()).toString();
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  return JSON.stringify(JSON.parse(text));
}

function* down(length) {
  for (let left = length; left > 0; left -= PIECE.length) {
    yield left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
  }
}

async function up(input, startResponse) {
  let length = 0;
  for await (const chunk of input) length += chunk.length;
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return `${length}\n`;
}
