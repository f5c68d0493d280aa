// A program for Express: node express.js
import { Readable } from "node:stream";
import express from "express";

const app = express();
app.use(express.json());
app.use(express.urlencoded());

app.get("/", (_req, res) => {
  res.send("Hello World!");
});

app.get("/greet", (req, res) => {
  res.send(`Hello, ${req.query.name}!`);
});

app.post("/json", (req, res) => {
  res.status(201).json(req.body);
});

app.post("/form", (req, res) => {
  res.send(`Hello, ${req.body.name}!`);
});

app.get("/users/:name", (req, res) => {
  res.send(`User ${req.params.name}`);
});

app.get("/old", (_req, res) => {
  res.redirect("/");
});

app.get("/visits", (req, res) => {
  const visits = 1 + Number(/visits=(\d+)/.exec(req.headers.cookie)?.[1]);
  res.cookie("visits", visits, { httpOnly: true });
  res.send(`Visit ${visits}`);
});

app.get("/stream", (_req, res) => {
  Readable.from(count()).pipe(res.type("text"));
});

app.get("/error", async () => {
  throw new Error("told");
});

async function* count() {
  for (const word of ["one", "two", "three"]) {
    await new Promise(setImmediate);
    yield `${word}\n`;
  }
}

app.listen(3000, () => {
  console.log("http://localhost:3000");
});
