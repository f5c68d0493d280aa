import { describe } from "../common/chunk.ts";
import type { Application } from "../common/types.ts";

/** Shows the variables of the request, sorted: to try out a server, not for visitors (wsgiref.simple_server). */
export const demoApp: Application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain; charset=utf-8"]]);
  const lines = Object.entries(environ)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name} = ${shown(value)}\n`);
  return `Hello world!\n\n${lines.join("")}`;
};

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return describe(value);
  }
  return JSON.stringify(value) ?? describe(value);
}
