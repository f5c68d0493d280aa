// A program for node:http, with nothing else: node node.js
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { json, text } from "node:stream/consumers";

const server = createServer(async (req, res) => {
  try {
    await answer(req, res);
  } catch (error) {
    console.error(error);
    res.writeHead(500).end("Something went wrong\n");
  }
});

async function answer(req, res) {
  const { pathname, searchParams } = new URL(req.url, "http://localhost");
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  switch (`${req.method} ${pathname}`) {
    case "GET /":
      return res.end("Hello World!");
    case "GET /greet":
      return res.end(`Hello, ${searchParams.get("name")}!`);
    case "POST /json":
      res.writeHead(201, { "Content-Type": "application/json" });
      return res.end(JSON.stringify(await json(req)));
    case "POST /form": {
      const form = new URLSearchParams(await text(req));
      return res.end(`Hello, ${form.get("name")}!`);
    }
    case "GET /old":
      return res.writeHead(302, { Location: "/" }).end();
    case "GET /visits": {
      const visits = 1 + Number(/visits=(\d+)/.exec(req.headers.cookie)?.[1]);
      res.setHeader("Set-Cookie", `visits=${visits}; HttpOnly`);
      return res.end(`Visit ${visits}`);
    }
    case "GET /stream":
      return Readable.from(count()).pipe(res);
    case "GET /error":
      throw new Error("told");
  }
  const user = /^\/users\/([^/]+)$/.exec(pathname)?.[1];
  if (user) return res.end(`User ${decodeURIComponent(user)}`);
  res.writeHead(404).end("There is no such page");
}

async function* count() {
  for (const word of ["one", "two", "three"]) {
    await new Promise(setImmediate);
    yield `${word}\n`;
  }
}

server.listen(3000, () => {
  console.log("http://localhost:3000");
});
