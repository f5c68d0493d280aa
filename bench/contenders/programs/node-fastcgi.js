// node-fastcgi by itself. Argument: a socket.
import { createServer } from "node-fastcgi";
import { listener } from "../apps/http.js";

process.umask(0);
createServer(listener).listen(process.argv[2]);
process.on("SIGTERM", () => process.exit());
