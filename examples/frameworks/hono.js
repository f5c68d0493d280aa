// A program for Hono on Node: node hono.js
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { streamText } from "hono/streaming";

const app = new Hono();

app.get("/", (c) => c.text("Hello World!"));

app.get("/greet", (c) => c.text(`Hello, ${c.req.query("name")}!`));

app.post("/json", async (c) => c.json(await c.req.json(), 201));

app.post("/form", async (c) => {
  const { name } = await c.req.parseBody();
  return c.text(`Hello, ${name}!`);
});

app.get("/users/:name", (c) => c.text(`User ${c.req.param("name")}`));

app.get("/old", (c) => c.redirect("/"));

app.get("/visits", (c) => {
  const visits = 1 + Number(getCookie(c, "visits"));
  setCookie(c, "visits", `${visits}`, { httpOnly: true });
  return c.text(`Visit ${visits}`);
});

app.get("/stream", (c) =>
  streamText(c, async (stream) => {
    for (const word of ["one", "two", "three"]) {
      await stream.writeln(word);
      await stream.sleep(1);
    }
  }),
);

app.get("/error", () => {
  throw new Error("told");
});

serve({ fetch: app.fetch, port: 3000 }, () => {
  console.log("http://localhost:3000");
});
