// The work, as a listener of node:http, and of node-fastcgi, which calls the same.
import "./collect.js";

const BODY = "Hello, world!\n";
const PIECE = Buffer.alloc(65_536, "x");
const bodies = new Map();

export function listener(request, response) {
  const at = request.url.indexOf("?");
  const path = at < 0 ? request.url : request.url.slice(0, at);
  const length = at < 0 ? 0 : Number(request.url.slice(at + 1));
  switch (path.slice(path.lastIndexOf("/"))) {
    case "/bytes":
      return bytes(length, response);
    case "/echo":
      return echo(request, response);
    case "/down":
      response.writeHead(200, { "Content-Type": "application/octet-stream" });
      return down(length, response);
    case "/up":
      return up(request, response);
    default:
      response.writeHead(200, {
        "Content-Type": "text/plain",
        "Content-Length": 14,
      });
      response.end(BODY);
  }
}

function bytes(length, response) {
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": length,
  });
  if (!bodies.has(length)) bodies.set(length, Buffer.alloc(length, "x"));
  response.end(bodies.get(length));
}

async function echo(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()));
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

function down(length, response) {
  let left = length;
  const go = () => {
    while (left > 0) {
      const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
      left -= piece.length;
      if (!response.write(piece)) {
        response.once("drain", go);
        return;
      }
    }
    response.end();
  };
  go();
}

async function up(request, response) {
  let length = 0;
  for await (const chunk of request) length += chunk.length;
  response.end(`${length}\n`);
}
