// What arrives before all is said, and what becomes of an application whose client leaves.
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Case } from "./case.ts";
import { open, responseTo, send } from "./client.ts";

export const streamCases: readonly Case[] = [
  {
    name: "streaming",
    expected: "part by part",
    async observe(site, patience) {
      let text = "";
      const outgoing = send(site.port, site.url("stream"));
      const arrived = responseTo(outgoing).then(async (response) => {
        response.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        await once(response, "data");
        return response;
      });
      // The application waits; what it has said so far is on its way, or held back.
      const call = await site.control.next();
      await Promise.race([arrived, soon(patience)]);
      const early = text;
      call.release();
      await finished(await arrived);
      if (text !== "first\nsecond\n") return text;
      return early === "" ? "all at once" : "part by part";
    },
  },
  {
    name: "streaming upload",
    expected: "part by part",
    async observe(site, patience) {
      const [first, rest] = [Buffer.alloc(20_000), Buffer.alloc(20_000)];
      const outgoing = open(site.port, site.url("upload"), {
        method: "POST",
        headers: { "Content-Length": `${first.length + rest.length}` },
      });
      const response = responseTo(outgoing);
      outgoing.write(first);
      const call = site.control.next();
      const early = await Promise.race([call, soon(patience)]);
      outgoing.end(rest);
      await call;
      const text = (await (await response).toArray()).join("");
      if (text !== "40000") return text;
      return early === undefined ? "when complete" : "part by part";
    },
  },
  {
    name: "client that leaves",
    expected: "DISCONNECTED",
    async observe(site) {
      const outgoing = send(site.port, site.url("endless"));
      outgoing.on("error", () => {});
      const call = await site.control.next();
      outgoing.destroy();
      return call.line();
    },
  },
  {
    name: "client that leaves a silent application",
    expected: "DISCONNECTED",
    async observe(site, patience) {
      const outgoing = send(site.port, site.url("silent"));
      outgoing.on("error", () => {});
      const call = await site.control.next();
      outgoing.destroy();
      const code = await Promise.race([call.line(), soon(patience)]);
      call.release();
      return code ?? "noticed when it sends";
    },
  },
];

function soon(patience: number): Promise<undefined> {
  return delay(patience, undefined, { ref: false });
}
