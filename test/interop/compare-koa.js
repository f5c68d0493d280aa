// One of the two programs whose answers are compared: node compare-koa.js
import { createHash } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import Router from "@koa/router";
import busboy from "busboy";
import compression from "compression";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import send from "send";
import { Aborts } from "./compare-aborts.js";

const app = new Koa();
app.silent = true;
const router = new Router();
const aborts = new Aborts();

app.use((ctx, next) => {
  ctx.method = ctx.get("X-HTTP-Method-Override") || ctx.method;
  return next();
});
app.use((ctx, next) => (ctx.path.startsWith("/echo") ? echo(ctx) : next()));

async function echo(ctx) {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of ctx.req) {
    hash.update(chunk);
    length += chunk.length;
  }
  const { method, url, originalUrl, path, query, headers } = ctx;
  const { ip, ips, protocol, secure, hostname, subdomains, href, host } = ctx;
  ctx.body = {
    ...{ method, url, originalUrl, path, query, headers, href, host },
    ...{ ip, ips, protocol, secure, hostname, subdomains },
    httpVersion: ctx.req.httpVersion,
    rawHeaders: ctx.req.rawHeaders.filter((_, index) => index % 2 === 0).sort(),
    trailers: ctx.req.trailers,
    body: { length, sha256: hash.digest("hex") },
  };
}
router.get("/params/:one/:two", (ctx) => {
  ctx.body = ctx.params;
});

router.all("/text", (ctx) => {
  ctx.body = "plain text\n";
});
router.get("/utf8", (ctx) => {
  ctx.body = "Grüße, 世界";
});
router.get("/bytes", (ctx) => {
  ctx.body = Buffer.alloc(300_000, "ab");
});
router.get("/empty", (ctx) => {
  ctx.status = 200;
  ctx.body = "";
});
router.get("/status/:code", (ctx) => {
  ctx.status = +ctx.params.code;
});
router.get("/bodiless/:code", (ctx) => {
  ctx.body = "not to be sent";
  ctx.status = +ctx.params.code;
});
router.get("/reason", (ctx) => {
  ctx.body = "reason";
  ctx.message = "Quite Fine";
});
router.get("/headers", (ctx) => {
  ctx.set({ "X-Long": "x".repeat(8000), "X-Empty": "", "x-lower": "1" });
  ctx.append("X-Many", ["1", "2"]);
  ctx.append("Vary", "A");
  ctx.append("Vary", "B");
  ctx.append("Link", "<a>");
  ctx.append("WWW-Authenticate", ["Basic", "Digest"]);
  ctx.body = "headers";
});
router.get("/hop", (ctx) => {
  ctx.respond = false;
  ctx.status = 200;
  const { res } = ctx;
  ctx.set({ Upgrade: "h2c", Trailer: "X-Sum", "Keep-Alive": "timeout=9" });
  res.write("hop");
  res.addTrailers({ "X-Sum": "1" });
  res.end();
});
router.get("/hints", (ctx) => {
  ctx.res.writeEarlyHints({ link: "</style.css>; rel=preload" });
  ctx.body = "hints";
});
router.get("/cookies", (ctx) => {
  ctx.cookies.set("a", "1");
  ctx.cookies.set("b", "2", { expires: new Date(0), httpOnly: true });
  ctx.cookies.set("c", null);
  ctx.body = "cookies";
});

router.get("/redirect/:code", (ctx) => {
  ctx.status = +ctx.params.code;
  ctx.redirect(ctx.query.to);
});
router.get("/created", (ctx) => {
  ctx.status = 201;
  ctx.set("Location", "/things/1");
  ctx.body = "made";
});

router.get("/page", (ctx) => {
  ctx.lastModified = "Tue, 01 Jan 2030 00:00:00 GMT";
  ctx.etag = "page-1";
  ctx.status = 200;
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = "a page";
});
router.get("/files/:name", (ctx) => sendFile(ctx, ctx.params.name));
router.get("/download", (ctx) => {
  ctx.attachment("ä b.txt");
  sendFile(ctx, "long.txt");
});
router.get("/compressed", async (ctx) => {
  await new Promise((next) => compression()(ctx.req, ctx.res, next));
  ctx.body = "compress me ".repeat(500);
});
router.get("/folder{/*path}", (ctx) => sendFile(ctx, ctx.params.path ?? "/"));

function sendFile(ctx, path) {
  ctx.respond = false;
  ctx.status = 200;
  send(ctx.req, path, { root: import.meta.dirname })
    .on("error", ({ status, headers = {} }) => {
      ctx.res.writeHead(status, headers).end("no such file");
    })
    .pipe(ctx.res);
}

router.get("/throw", () => {
  throw new Error("thrown");
});
router.get("/reject", async () => {
  throw Object.assign(new Error("rejected"), { status: 422, expose: true });
});
router.get("/next", (ctx) => ctx.throw(418, "passed on"));
router.get("/broken", (ctx) => {
  ctx.type = "text";
  ctx.body = Readable.from(broken());
});
router.get("/twice", (ctx) => {
  ctx.respond = false;
  ctx.res.end("once");
  try {
    ctx.res.setHeader("X-Late", "1");
  } catch {
    ctx.res.end();
  }
});

router.get("/stream", (ctx) => {
  ctx.type = "text";
  ctx.body = Readable.from(pieces());
});
router.get("/sized", (ctx) => {
  ctx.type = "text";
  ctx.body = Readable.from(pieces()).pipe(new PassThrough());
  ctx.length = 12;
});
router.all("/pipe", (ctx) => {
  ctx.body = ctx.req;
});
router.post("/unread", (ctx) => {
  ctx.body = "not read";
});

const parsed = (ctx) => {
  ctx.body = ctx.request.body;
};
const json = { enableTypes: ["json"], jsonLimit: "10kb" };
router.post("/json", bodyParser(json), parsed);
router.post("/form", bodyParser({ enableTypes: ["form"] }), parsed);
const text = { enableTypes: ["text"], extendTypes: { text: ["*/*"] } };
router.post("/raw", bodyParser(text), (ctx) => {
  ctx.body = { length: ctx.request.body?.length };
});
router.post("/multipart", async (ctx) => {
  const found = [];
  const form = busboy({ headers: ctx.headers, defParamCharset: "utf8" });
  form.on("field", (name, value) => found.push([name, value]));
  form.on("file", async (name, file, { filename, mimeType }) => {
    let length = 0;
    for await (const chunk of file) length += chunk.length;
    found.push([name, filename, mimeType, length]);
  });
  ctx.req.pipe(form);
  await new Promise((resolve) => form.on("close", resolve));
  await new Promise(setImmediate);
  ctx.body = found;
});

router.get("/wait", (ctx) => {
  ctx.respond = false;
  aborts.watch(ctx.req, ctx.res);
});
router.get("/endless", (ctx) => {
  aborts.watch(ctx.req, ctx.res);
  ctx.type = "text";
  ctx.body = Readable.from(Aborts.endless());
});
router.post("/drain", (ctx) => {
  ctx.respond = false;
  aborts.watch(ctx.req, ctx.res);
  ctx.req.resume();
});
router.get("/entered", async (ctx) => {
  ctx.body = await aborts.entered();
});
router.get("/seen", async (ctx) => {
  ctx.body = await aborts.seen();
});

async function* pieces() {
  for (const piece of ["one\n", "two\n", "end\n"]) {
    await new Promise(setImmediate);
    yield piece;
  }
}

async function* broken() {
  yield "begun\n";
  await new Promise(setImmediate);
  throw new Error("too late");
}

app.use(router.routes());
app.use(router.allowedMethods());
app.listen(process.env.PORT ?? 3000, "127.0.0.1");
