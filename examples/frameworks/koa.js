// A program for Koa, with its router and its body parser: node koa.js
import { Readable } from "node:stream";
import Router from "@koa/router";
import Koa from "koa";
import bodyParser from "koa-bodyparser";

const app = new Koa();
const router = new Router();

router.get("/", (ctx) => {
  ctx.body = "Hello World!";
});

router.get("/greet", (ctx) => {
  ctx.body = `Hello, ${ctx.query.name}!`;
});

router.post("/json", (ctx) => {
  ctx.status = 201;
  ctx.body = ctx.request.body;
});

router.post("/form", (ctx) => {
  ctx.body = `Hello, ${ctx.request.body.name}!`;
});

router.get("/users/:name", (ctx) => {
  ctx.body = `User ${ctx.params.name}`;
});

router.get("/old", (ctx) => {
  ctx.redirect("/");
});

router.get("/visits", (ctx) => {
  const visits = 1 + Number(ctx.cookies.get("visits"));
  ctx.cookies.set("visits", visits);
  ctx.body = `Visit ${visits}`;
});

router.get("/stream", (ctx) => {
  ctx.type = "text";
  ctx.body = Readable.from(count());
});

router.get("/error", async () => {
  throw new Error("told");
});

async function* count() {
  for (const word of ["one", "two", "three"]) {
    await new Promise(setImmediate);
    yield `${word}\n`;
  }
}

app.use(bodyParser());
app.use(router.routes());
app.use(router.allowedMethods());

app.listen(3000, () => {
  console.log("http://localhost:3000");
});
