// One of the two programs whose answers are compared: node compare-express.js
import { createHash } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import compression from "compression";
import express from "express";
import { Aborts } from "./compare-aborts.js";

// Error pages without stacks.
process.env.NODE_ENV = "production";
const app = express();
const aborts = new Aborts();

app.use((req, _res, next) => {
  req.method = req.get("X-HTTP-Method-Override") ?? req.method;
  next();
});

app.use("/echo", async (req, res) => {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of req) {
    hash.update(chunk);
    length += chunk.length;
  }
  const { method, url, originalUrl, path, query, httpVersion, headers } = req;
  const { ip, ips, protocol, secure, hostname, subdomains, xhr } = req;
  res.json({
    ...{ method, url, originalUrl, path, query, httpVersion, headers },
    ...{ ip, ips, protocol, secure, hostname, subdomains, xhr },
    rawHeaders: req.rawHeaders.filter((_, index) => index % 2 === 0).sort(),
    trailers: req.trailers,
    body: { length, sha256: hash.digest("hex") },
  });
});
app.get("/params/:one/:two", (req, res) => res.json(req.params));

app.all("/text", (_req, res) => res.type("text").send("plain text\n"));
app.get("/utf8", (_req, res) => res.send("Grüße, 世界"));
app.get("/bytes", (_req, res) => res.send(Buffer.alloc(300_000, "ab")));
app.get("/empty", (_req, res) => res.end());
app.get("/status/:code", (req, res) => res.sendStatus(+req.params.code));
app.get("/bodiless/:code", (req, res) => {
  res.status(+req.params.code).send("not to be sent");
});
app.get("/reason", (_req, res) => {
  res.statusMessage = "Quite Fine";
  res.send("reason");
});
app.get("/headers", (_req, res) => {
  res.set({ "X-Long": "x".repeat(8000), "X-Empty": "", "x-lower": "1" });
  res.append("X-Many", ["1", "2"]).append("Vary", "A").append("Vary", "B");
  res.append("Link", "<a>").append("WWW-Authenticate", ["Basic", "Digest"]);
  res.send("headers");
});
app.get("/hop", (_req, res) => {
  res.set({ Upgrade: "h2c", Trailer: "X-Sum", "Keep-Alive": "timeout=9" });
  res.write("hop");
  res.addTrailers({ "X-Sum": "1" });
  res.end();
});
app.get("/hints", (_req, res) => {
  res.writeEarlyHints({ link: "</style.css>; rel=preload" });
  res.send("hints");
});
app.get("/cookies", (_req, res) => {
  res.cookie("a", "1").cookie("b", "ü; x", { maxAge: 0, httpOnly: true });
  res.clearCookie("c").send("cookies");
});

app.get("/redirect/:code", (req, res) => {
  res.redirect(+req.params.code, req.query.to);
});
app.get("/created", (_req, res) => {
  res.status(201).location("/things/1").send("made");
});

app.get("/page", (_req, res) => {
  res.set("Last-Modified", "Tue, 01 Jan 2030 00:00:00 GMT").send("a page");
});
app.get("/files/:name", (req, res) => {
  res.sendFile(req.params.name, { root: import.meta.dirname });
});
app.get("/download", (_req, res) => {
  res.download("long.txt", "ä b.txt", { root: import.meta.dirname });
});
app.get("/compressed", compression(), (_req, res) => {
  res.type("text").send("compress me ".repeat(500));
});
app.use("/folder", express.static(import.meta.dirname));

app.get("/throw", () => {
  throw new Error("thrown");
});
app.get("/reject", async () => {
  throw Object.assign(new Error("rejected"), { status: 422 });
});
app.get("/next", (_req, _res, next) => {
  next(Object.assign(new Error("passed on"), { status: 418 }));
});
app.get("/broken", async (_req, res) => {
  res.type("text").write("begun\n");
  await new Promise(setImmediate);
  throw new Error("too late");
});
app.get("/twice", (_req, res) => {
  res.send("once");
  try {
    res.set("X-Late", "1");
  } catch {
    res.end();
  }
});

app.get("/stream", async (_req, res) => {
  await pipeline(Readable.from(pieces()), res.type("text"));
});
app.get("/sized", (_req, res) => {
  res.set("Content-Length", "12").type("text");
  Readable.from(pieces()).pipe(new PassThrough()).pipe(res);
});
app.all("/pipe", async (req, res) => pipeline(req, res.type("bin")));
app.post("/unread", (_req, res) => res.send("not read"));

app.post("/json", express.json({ limit: "10kb" }), (req, res) => {
  res.json(req.body);
});
app.post("/form", express.urlencoded(), (req, res) => res.json(req.body));
app.post("/raw", express.raw({ type: "*/*" }), (req, res) => {
  res.json({ length: req.body?.length });
});
app.post("/multipart", (req, res) => {
  const found = [];
  const form = busboy({ headers: req.headers, defParamCharset: "utf8" });
  form.on("field", (name, value) => found.push([name, value]));
  form.on("file", async (name, file, { filename, mimeType }) => {
    let length = 0;
    for await (const chunk of file) length += chunk.length;
    found.push([name, filename, mimeType, length]);
  });
  form.on("close", () => setImmediate(() => res.json(found)));
  req.pipe(form);
});

app.get("/wait", (req, res) => aborts.watch(req, res));
app.get("/endless", (req, res) => {
  aborts.watch(req, res);
  Readable.from(Aborts.endless()).pipe(res.type("text"));
});
app.post("/drain", (req, res) => {
  aborts.watch(req, res);
  req.resume();
});
app.get("/entered", async (_req, res) => res.json(await aborts.entered()));
app.get("/seen", async (_req, res) => res.json(await aborts.seen()));

async function* pieces() {
  for (const piece of ["one\n", "two\n", "end\n"]) {
    await new Promise(setImmediate);
    yield piece;
  }
}

app.listen(process.env.PORT ?? 3000, "127.0.0.1");
