// What reaches the client.
import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Case } from "./case.ts";
import { ask, responseTo, send } from "./client.ts";
import type { Site } from "./site.ts";

export const responseCases: readonly Case[] = [
  {
    name: "several Set-Cookie",
    expected: [
      "a=1; Path=/",
      "b=2; Expires=Wed, 01 Jan 2098 00:00:00 GMT",
      "c=3",
    ],
    async observe(site) {
      const { headers } = await ask(site.port, site.url("cookies"));
      return headers["set-cookie"];
    },
  },
  {
    name: "redirect to a path",
    expected: { status: 302, location: "/elsewhere?a=1" },
    observe: (site) => location(site, "redirect"),
  },
  {
    name: "201 with Location",
    expected: { status: 201, location: "/things/1" },
    observe: (site) => location(site, "created"),
  },
  {
    name: "204, 304 and 200 on one connection",
    expected: [
      { status: 204, length: 0, reused: false },
      { status: 304, length: 0, reused: true },
      { status: 200, length: 2, reused: true },
    ],
    async observe(site) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const answers: unknown[] = [];
      for (const route of ["empty", "unchanged", "cookies"]) {
        const outgoing = send(site.port, site.url(route), { agent });
        const response = await responseTo(outgoing);
        const parts: Buffer[] = await response.toArray();
        const { length } = Buffer.concat(parts);
        const { statusCode: status } = response;
        answers.push({ status, length, reused: outgoing.reusedSocket });
      }
      agent.destroy();
      return answers;
    },
  },
  {
    name: "404 with a page of its own",
    expected: { status: 404, body: "the application's own page" },
    async observe(site) {
      const { status, body } = await ask(site.port, site.url("missing"));
      return { status, body: `${body}` };
    },
  },
  {
    name: "error page",
    expected: {
      status: 500,
      incident: true,
      secrets: false,
      logged: true,
    },
    async observe(site, patience) {
      const { status, body } = await ask(site.port, site.url("throw"));
      const page = `${body}`;
      const incident = /Incident ([0-9a-f]{8})/.exec(page)?.[1];
      return {
        status,
        incident: incident !== undefined,
        secrets: /hunter2|app\.js|Error/.test(page.replace("Server Error", "")),
        logged: await isLogged(site, incident ?? "none", patience),
      };
    },
  },
  {
    name: "response of 10 MiB",
    expected: { status: 200, length: 10_485_760, intact: true },
    async observe(site) {
      const { status, body } = await ask(site.port, site.url("large"));
      const parts = Array.from({ length: 160 }, (_, part) =>
        Buffer.alloc(65_536, part + 1),
      );
      const intact = body.equals(Buffer.concat(parts));
      return { status, length: body.length, intact };
    },
  },
  {
    name: "static file",
    expected: { status: 200, body: "a file\n" },
    async observe(site) {
      const { status, body } = await ask(site.port, "/static/file.txt");
      return status === 200 && body.length < 20
        ? { status, body: `${body}` }
        : { status };
    },
  },
];

async function location(site: Site, route: string): Promise<unknown> {
  const { status, headers } = await ask(site.port, site.url(route));
  return { status, location: headers.location };
}

async function isLogged(
  site: Site,
  incident: string,
  patience: number,
): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end; await delay(20)) {
    if (site.log().includes(incident)) return true;
  }
  return false;
}
