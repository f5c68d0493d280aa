// What every set-up is asked. A case tells what it observes; what it should be is `expected`,
// unless differences.ts says otherwise for a set-up.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent } from "node:http";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { ask, type RequestOptions, responseTo, send } from "./client.ts";
import type { Site } from "./site.ts";

export interface Case {
  readonly name: string;
  readonly expected: unknown;
  observe(site: Site): Promise<unknown>;
}

/** What the application's `echo` tells of a request. */
export interface Echo {
  readonly variables: Readonly<Record<string, string>>;
  readonly quirks: readonly string[];
  readonly body: { readonly length: number; readonly sha256: string };
}

/** Milliseconds after which something that has not come is said not to come. */
const PATIENCE = 2_000;

export const cases: readonly Case[] = [
  {
    name: "GET",
    expected: { status: 200, method: "GET", query: "a=1&b=%20" },
    async observe(site) {
      const { status, echo } = await askEcho(site, {}, "?a=1&b=%20");
      const { REQUEST_METHOD, QUERY_STRING } = echo?.variables ?? {};
      return { status, method: REQUEST_METHOD, query: QUERY_STRING };
    },
  },
  {
    name: "HEAD",
    expected: { status: 200, method: "HEAD", length: 0 },
    async observe(site) {
      const { status, headers, body } = await ask(site.port, site.url("echo"), {
        method: "HEAD",
      });
      return { status, method: headers["x-method"], length: body.length };
    },
  },
  upload("POST of 1 MiB", 1_048_576, (body) => ({ body })),
  upload("chunked POST of 20 KB", 20_000, (body) => ({ chunks: [body] })),
  upload("chunked POST of 200 KB", 200_000, (body) => ({
    chunks: [0, 1, 2, 3].map((part) =>
      body.subarray(part * 50_000, (part + 1) * 50_000),
    ),
  })),
  {
    name: "Authorization",
    expected: { status: 200, authorization: "Basic dTpw" },
    async observe(site) {
      const headers = { Authorization: "Basic dTpw" };
      const { status, echo } = await askEcho(site, { headers });
      return { status, authorization: echo?.variables.HTTP_AUTHORIZATION };
    },
  },
  {
    name: "Cookie of 20 KB",
    expected: { status: 200, intact: true },
    async observe(site) {
      const cookie = `a=${"b".repeat(20_000)}`;
      const headers = { Cookie: cookie };
      const { status, echo } = await askEcho(site, { headers });
      if (echo === undefined) return { status };
      return { status, intact: echo.variables.HTTP_COOKIE === cookie };
    },
  },
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
    async observe(site) {
      const { status, body } = await ask(site.port, site.url("throw"));
      const page = `${body}`;
      const incident = /Incident ([0-9a-f]{8})/.exec(page)?.[1];
      return {
        status,
        incident: incident !== undefined,
        secrets: /hunter2|app\.js|Error/.test(page.replace("Server Error", "")),
        logged: await isLogged(site, incident ?? "no incident"),
      };
    },
  },
  {
    name: "response of 10 MiB",
    expected: { status: 200, length: 10_485_760, intact: true },
    async observe(site) {
      const { status, body } = await ask(site.port, site.url("large"));
      const hash = createHash("sha256");
      for (let part = 1; part <= 160; part++) {
        hash.update(Buffer.alloc(65_536, part));
      }
      const intact = sha256(body) === hash.digest("hex");
      return { status, length: body.length, intact };
    },
  },
  {
    name: "streaming",
    expected: "part by part",
    async observe(site) {
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
      await Promise.race([arrived, delay(PATIENCE, undefined, { ref: false })]);
      const early = text;
      call.release();
      await finished(await arrived);
      if (text !== "first\nsecond\n") return text;
      return early === "" ? "all at once" : "part by part";
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

/** Asks the application to tell what it was asked; undefined where the web server answers itself. */
export async function askEcho(
  site: Site,
  options: RequestOptions = {},
  tail = "",
): Promise<{ status: number; echo: Echo | undefined }> {
  const target = `${site.url("echo")}${tail}`;
  const { status, body } = await ask(site.port, target, options);
  return {
    status,
    echo: status === 200 ? JSON.parse(`${body}`) : undefined,
  };
}

function upload(
  name: string,
  length: number,
  options: (body: Buffer) => RequestOptions,
): Case {
  return {
    name,
    expected: { status: 200, intact: true },
    async observe(site) {
      const body = randomBytes(length);
      const { status, echo } = await askEcho(site, {
        method: "POST",
        ...options(body),
      });
      if (echo === undefined) return { status };
      return { status, intact: echo.body.sha256 === sha256(body) };
    },
  };
}

async function location(site: Site, route: string): Promise<unknown> {
  const { status, headers } = await ask(site.port, site.url(route));
  return { status, location: headers.location };
}

async function isLogged(site: Site, incident: string): Promise<boolean> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await delay(20)) {
    if (site.log().includes(incident)) return true;
  }
  return false;
}

function sha256(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
