import type { RequestListener } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { FindingCode } from "../../../src/doctor/codes/index.ts";

/** What may come back from a URL. */
export interface UrlCase {
  readonly name: string;
  readonly code?: FindingCode;
  /** Nobody listens where there is none. */
  readonly answer?: RequestListener;
  readonly tls?: true;
  readonly stream?: true;
  /** What the repair names. */
  readonly repair?: RegExp;
}

const page =
  (
    status: number,
    body: string,
    headers: Record<string, string> = {},
  ): RequestListener =>
  (_, response) => {
    response
      .writeHead(status, { "Content-Type": "text/html", ...headers })
      .end(body);
  };

const APACHE = (status: number, what: string): string =>
  `<html><head><title>${status} ${what}</title></head><body><p>You don't have permission to access this resource, or it was not found on this server.</p><hr><address>Apache/2.4 Server at localhost Port 80</address></body></html>`;

/** Two parts half a second apart, or at once. */
const parts =
  (isBuffered: boolean, server: string): RequestListener =>
  async (_, response) => {
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      Server: server,
    });
    if (!isBuffered) response.write("data: 1\n\n");
    await delay(700);
    response.end(isBuffered ? "data: 1\n\ndata: 2\n\n" : "data: 2\n\n");
  };

export const urlCases: readonly UrlCase[] = [
  { name: "a page", answer: page(200, "hello") },
  {
    name: "a page of the application's own that says 404",
    answer: page(404, "no such book"),
  },
  {
    name: "a stream that streams",
    answer: parts(false, "Apache"),
    stream: true,
  },
  {
    name: "a redirect from https to https",
    answer: page(302, "", { Location: "https://localhost/login" }),
    tls: true,
  },
  {
    name: "a redirect to another host",
    answer: page(302, "", { Location: "http://example.com/" }),
    tls: true,
  },
  {
    name: "the program itself",
    code: "SOURCE_SHOWN",
    answer: page(200, "#!/usr/bin/env tsgi-cgi\nexport default …"),
  },
  {
    name: "Apache's own 403",
    code: "URL_FORBIDDEN",
    answer: page(403, APACHE(403, "Forbidden")),
  },
  {
    name: "Apache's own 404",
    code: "URL_NOT_FOUND",
    answer: page(404, APACHE(404, "Not Found")),
  },
  {
    name: "nginx's 502",
    code: "URL_FAILS",
    answer: page(502, "<center>nginx</center>"),
  },
  {
    name: "the application's 500",
    code: "URL_FAILS",
    answer: page(500, "incident a1b2c3"),
    repair: /a1b2c3/,
  },
  {
    name: "a redirect from https to http",
    code: "HTTPS_LOST",
    answer: page(302, "", { Location: "http://localhost/login" }),
    tls: true,
  },
  {
    name: "a stream behind Apache, all at once",
    code: "STREAM_BUFFERED",
    answer: parts(true, "Apache/2.4"),
    repair: /flushpackets/,
  },
  {
    name: "a stream behind nginx, all at once",
    code: "STREAM_BUFFERED",
    answer: parts(true, "nginx/1.22"),
    repair: /fastcgi_buffering/,
  },
  { name: "nobody listens", code: "URL_UNREACHABLE" },
];
