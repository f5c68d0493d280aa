// A case's request to a server that speaks HTTP, sent as it is: fetch() would mend its path.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { GatewayAnswer, HttpCaseRequest } from "./case.ts";

/** @param url the root of the server: `"http://127.0.0.1:8080"` */
export async function askHttp(
  url: string | URL,
  one: HttpCaseRequest,
): Promise<GatewayAnswer> {
  const { hostname, port } = new URL(url);
  const headers = new Map<string, string[]>();
  for (const [name, value] of one.headers ?? []) {
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  if (one.body !== undefined) {
    headers.set("Content-Length", [String(Buffer.byteLength(one.body))]);
  }
  const outgoing = request({
    hostname,
    port,
    agent: false,
    method: one.method ?? "GET",
    path: one.target ?? "/",
    headers: Object.fromEntries(headers),
  });
  outgoing.end(one.body);
  const [incoming]: IncomingMessage[] = await once(outgoing, "response");
  if (incoming === undefined) throw new Error("There is no response");
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const { statusCode, statusMessage, rawHeaders } = incoming;
  return {
    status: `${statusCode} ${statusMessage}`,
    headers: rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
    ),
    body: Buffer.concat(pieces),
    errors: "",
    succeeded: true,
  };
}
