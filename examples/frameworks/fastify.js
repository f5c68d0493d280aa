// A program for Fastify: node fastify.js
import { Readable } from "node:stream";
import Fastify from "fastify";

const fastify = Fastify({ logger: { level: "error" } });

// What the plugin @fastify/formbody does.
fastify.addContentTypeParser(
  "application/x-www-form-urlencoded",
  { parseAs: "string" },
  async (_request, body) => Object.fromEntries(new URLSearchParams(body)),
);

fastify.get("/", async () => "Hello World!");

fastify.get("/greet", async (request) => `Hello, ${request.query.name}!`);

fastify.post("/json", async (request, reply) => {
  reply.code(201);
  return request.body;
});

fastify.post("/form", async (request) => `Hello, ${request.body.name}!`);

fastify.get("/users/:name", async (request) => `User ${request.params.name}`);

fastify.get("/old", (_request, reply) => reply.redirect("/"));

fastify.get("/visits", async (request, reply) => {
  const visits = 1 + Number(/visits=(\d+)/.exec(request.headers.cookie)?.[1]);
  reply.header("Set-Cookie", `visits=${visits}; HttpOnly`);
  return `Visit ${visits}`;
});

fastify.get("/stream", (_request, reply) => {
  reply.type("text/plain").send(Readable.from(count()));
});

fastify.get("/error", async () => {
  throw new Error("told");
});

async function* count() {
  for (const word of ["one", "two", "three"]) {
    await new Promise(setImmediate);
    yield `${word}\n`;
  }
}

try {
  await fastify.listen({ port: 3000 });
} catch (error) {
  fastify.log.error(error);
  process.exit(1);
}
