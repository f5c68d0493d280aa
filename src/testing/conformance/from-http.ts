// A case in terms of HTTP as a case in terms of CGI variables.
import { percentDecode } from "../../common/mount.ts";
import type { ConformanceCase, GatewayAnswer } from "./case.ts";
import { requestOf } from "./gateway-request.ts";
import type { HttpCase } from "./http-case.ts";

/** The same case for a server that is asked by variables instead. */
export function fromHttp(one: HttpCase): ConformanceCase {
  const target = one.target ?? "/";
  const [path = "", query = ""] = target.split("?", 2);
  const variables: Record<string, string> = {
    REQUEST_METHOD: one.method ?? "GET",
    REQUEST_URI: target,
    PATH_INFO: percentDecode(path),
    QUERY_STRING: query,
  };
  for (const [name, value] of one.headers ?? []) {
    const key = name.toUpperCase().replaceAll("-", "_");
    const variable = key === "CONTENT_TYPE" ? key : `HTTP_${key}`;
    const earlier = variables[variable];
    const separator = variable === "HTTP_COOKIE" ? "; " : ", ";
    variables[variable] =
      earlier === undefined ? value : earlier + separator + value;
  }
  return {
    name: one.name,
    application: one.application,
    request: requestOf({ ...one, variables }),
    http: one,
    check: (answer) => one.check({ ...answer, ...views(answer) }),
  };
}

function views({ headers, body }: GatewayAnswer): {
  text: string;
  header(name: string): string | undefined;
} {
  return {
    text: body.toString(),
    header(name) {
      const start = `${name.toLowerCase()}: `;
      const lines = headers.filter((line) =>
        line.toLowerCase().startsWith(start),
      );
      if (lines.length === 0) return undefined;
      return lines.map((line) => line.slice(start.length)).join(", ");
    },
  };
}
