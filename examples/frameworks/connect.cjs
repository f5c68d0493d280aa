// A program for Connect, in CommonJS: node connect.cjs
const http = require("node:http");
const { Readable } = require("node:stream");
const { json, text } = require("node:stream/consumers");
const connect = require("connect");

const app = connect();

app.use((_req, res, next) => {
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  next();
});

app.use("/greet", (req, res) => {
  const query = new URLSearchParams(req.url.slice(req.url.indexOf("?")));
  res.end(`Hello, ${query.get("name")}!`);
});

app.use("/json", async (req, res, next) => {
  if (req.method !== "POST") return next();
  res.writeHead(201, { "Content-Type": "application/json" });
  res.end(JSON.stringify(await json(req)));
});

app.use("/form", async (req, res, next) => {
  if (req.method !== "POST") return next();
  const form = new URLSearchParams(await text(req));
  res.end(`Hello, ${form.get("name")}!`);
});

app.use("/users", (req, res) => {
  res.end(`User ${decodeURIComponent(req.url.slice(1))}`);
});

app.use("/old", (_req, res) => {
  res.writeHead(302, { Location: "/" }).end();
});

app.use("/visits", (req, res) => {
  const visits = 1 + Number(/visits=(\d+)/.exec(req.headers.cookie)?.[1]);
  res.setHeader("Set-Cookie", `visits=${visits}; HttpOnly`);
  res.end(`Visit ${visits}`);
});

app.use("/stream", (_req, res) => {
  Readable.from(count()).pipe(res);
});

app.use("/error", () => {
  throw new Error("told");
});

app.use("/", (req, res, next) => {
  if (req.url !== "/") return next();
  res.end("Hello World!");
});

async function* count() {
  for (const word of ["one", "two", "three"]) {
    await new Promise(setImmediate);
    yield `${word}\n`;
  }
}

http.createServer(app).listen(3000, () => {
  console.log("http://localhost:3000");
});
