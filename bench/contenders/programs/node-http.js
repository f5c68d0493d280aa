// node:http. Arguments: a socket, and "express" where that is to answer.
import { createServer } from "node:http";

const [, , socket, application] = process.argv;
const { listener } =
  application === "express"
    ? { listener: (await import("../apps/express.js")).app }
    : await import("../apps/http.js");
// An idle connection stays, as ours do.
const server = createServer({ keepAliveTimeout: 0 }, listener);
if (/^\d+$/.test(socket)) server.listen(Number(socket), "127.0.0.1");
else server.listen({ path: socket, writableAll: true, readableAll: true });
process.on("SIGTERM", () => process.exit());
