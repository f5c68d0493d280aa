// What reaches the application.
import { randomBytes } from "node:crypto";
import { askEcho, type Case, sha256 } from "./case.ts";
import { ask, type RequestOptions } from "./client.ts";

export const requestCases: readonly Case[] = [
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
];

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
