import { constants } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { BackendRequest } from "../../client/backend.ts";
import { variablesFor } from "../../client/variables.ts";
import type { Header } from "../../common/types.ts";
import type { Variables } from "../../common/variables.ts";
import { UsageError } from "../exit-codes.ts";
import { unreadable } from "../next-step.ts";

/** A request as it is written on a command line. */
export interface RequestLine {
  readonly application: string | undefined;
  readonly method: string | undefined;
  readonly target: string;
}

/** What may be added to it; the names are curl's. */
export interface RequestDetails {
  /** `Name: value` */
  readonly header?: readonly string[];
  /** The body itself, or `@file`, or `@-` for standard input. */
  readonly data?: string | undefined;
  /** `NAME=value` */
  readonly env?: readonly string[];
}

const METHOD = /^[A-Z][A-Z-]*$/;
const HEADER =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([^\0-\x08\n-\x1f\x7f]*)$/;

/**
 * Reads `[app] [METHOD] PATH`.
 *
 * @throws {UsageError}
 */
export function requestLine(words: readonly string[]): RequestLine {
  const rest = [...words];
  const target = rest.pop();
  if (target === undefined) {
    throw new UsageError(
      "Cannot request: no path is given; try: tsgi request app.js GET /",
    );
  }
  if (!/^(?:\/|https?:\/\/[^/])/.test(target)) {
    throw new UsageError(
      `Cannot request ${JSON.stringify(target)}: the last argument must be a path such as /`,
    );
  }
  const method = METHOD.test(rest.at(-1) ?? "") ? rest.pop() : undefined;
  const application = rest.shift();
  if (rest.length > 0) {
    throw new UsageError(
      `Cannot request ${target}: there is one argument too many, ${JSON.stringify(rest[0])}; write [app] METHOD PATH`,
    );
  }
  return { application, method, target };
}

/**
 * Makes the request. Text becomes its UTF-8 bytes.
 *
 * @param signal ends the reading of a body that does not come
 * @throws {UsageError} also where the body's file cannot be read
 */
export async function httpRequest(
  line: RequestLine,
  details: RequestDetails,
  signal: AbortSignal,
): Promise<Pick<BackendRequest, "variables" | "body">> {
  const body = await bodyOf(details.data, signal);
  const headers = (details.header ?? []).map(headerOf);
  const has = (name: string) =>
    headers.some((each) => each[0].toLowerCase() === name);
  const [, host = "localhost"] = /^https?:\/\/([^/?]+)/.exec(line.target) ?? [];
  if (!has("host")) headers.push(["Host", host]);
  if (body !== undefined) {
    if (!has("content-type")) {
      headers.push(["Content-Type", "application/x-www-form-urlencoded"]);
    }
    headers.push(["Content-Length", String(body.length)]);
  }
  const local = { address: "127.0.0.1", port: 80 };
  const variables = variablesFor(
    {
      method: line.method ?? (body === undefined ? "GET" : "POST"),
      target: toLatin1(line.target),
      version: "1.1",
      headers,
      server: local,
      client: { address: "127.0.0.1", port: 0 },
    },
    "",
  ) as Variables;
  for (const pair of details.env ?? []) {
    const equals = pair.indexOf("=");
    if (equals <= 0) {
      throw new UsageError(`Cannot use --env ${pair}: it is not NAME=value`);
    }
    variables[toLatin1(pair.slice(0, equals))] = toLatin1(
      pair.slice(equals + 1),
    );
  }
  return { variables, body: body && [body] };
}

function headerOf(text: string): Header {
  const [, name, value] = HEADER.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(
      `Cannot use --header ${JSON.stringify(text)}: it is not like "Name: value"`,
    );
  }
  return [name, toLatin1(value)];
}

async function bodyOf(
  data: string | undefined,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (!data?.startsWith("@"))
    return data === undefined ? data : Buffer.from(data);
  const name = data.slice(1);
  try {
    if (name === "-") {
      return await buffer(addAbortSignal(signal, process.stdin));
    }
    const isPipe = (await stat(name)).isFIFO();
    return await (isPipe ? readPipe(name, signal) : readFile(name, { signal }));
  } catch (cause) {
    const why = unreadable(cause as NodeJS.ErrnoException);
    throw new UsageError(`Cannot read ${name}, the body: ${why}`);
  }
}

/** Without a thread that waits for whoever writes it: no signal would end that. */
async function readPipe(name: string, signal: AbortSignal): Promise<Buffer> {
  const handle = await open(name, constants.O_RDONLY | constants.O_NONBLOCK);
  const pipe = new Socket({ fd: handle.fd, readable: true, writable: false });
  return buffer(addAbortSignal(signal, pipe));
}

function toLatin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
