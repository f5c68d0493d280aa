// Requests and answers as gateways see them.
import type { ConformanceCase, GatewayAnswer, GatewayRequest } from "./case.ts";

/** A case whose request joins `GET /`. */
export type GatewayCase = Omit<ConformanceCase, "request"> & {
  readonly request?: Partial<GatewayRequest>;
};

/** `GET /` with more variables, and the length of its body. */
export function requestOf({
  variables,
  body,
}: Partial<GatewayRequest> = {}): GatewayRequest {
  const length: Record<string, string> = {};
  if (body !== undefined) length.CONTENT_LENGTH = `${Buffer.byteLength(body)}`;
  return {
    variables: {
      GATEWAY_INTERFACE: "CGI/1.1",
      REQUEST_METHOD: "GET",
      SCRIPT_NAME: "",
      PATH_INFO: "/",
      QUERY_STRING: "",
      SERVER_NAME: "127.0.0.1",
      SERVER_PORT: "80",
      SERVER_PROTOCOL: "HTTP/1.1",
      ...length,
      ...variables,
    },
    ...(body === undefined ? {} : { body }),
  };
}

/** Splits a CGI response as a web server does (RFC 3875, section 6). */
export function readGatewayAnswer(
  bytes: Buffer,
  errors: string,
  succeeded: boolean,
): GatewayAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  const lines = end < 0 ? [] : bytes.toString("latin1", 0, end).split("\r\n");
  const status = lines.find((line) => line.startsWith("Status: "));
  return {
    status: status?.slice("Status: ".length),
    headers: lines.filter((line) => line !== status),
    body: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4),
    errors,
    succeeded,
  };
}
