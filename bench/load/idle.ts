// Opens connections, has a request answered on each, and keeps them until its stdin ends.
// node --import tsx idle.ts JSON
import { connect } from "node:net";
import { answerCounter, encodeRequest, type Shape } from "./requests.ts";

export interface IdleOptions extends Shape {
  readonly socket: string;
  readonly connections: number;
}

/** Fewer than any backlog. */
const AT_ONCE = 100;

const options: IdleOptions = JSON.parse(process.argv[2] ?? "");
const request = encodeRequest(options);
for (let open = 0; open < options.connections; open += AT_ONCE) {
  const count = Math.min(AT_ONCE, options.connections - open);
  await Promise.all(Array.from({ length: count }, openOne));
}
console.log("open");
process.stdin.resume().on("end", () => process.exit());

function openOne(): Promise<void> {
  const answers = answerCounter(options);
  return new Promise((resolve) => {
    const socket = connect({ path: options.socket });
    socket.write(request);
    socket.on("data", (bytes) => {
      if (answers.push(bytes) > 0) resolve();
    });
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("the connection was closed"));
  });
}

function fail(why: string): never {
  console.error(`Cannot keep ${options.connections} connections: ${why}`);
  process.exit(1);
}
