// What a plain function wants to be called with.

/** The interfaces of functions. */
export type FunctionInterface = "tsgi" | "node" | "fetch";

type PlainFunction = (...args: never[]) => unknown;

/** Names of parameters, which tell most. Minified code has none. */
const TSGI = /^\s*environ\b|\bstart_?response\b/i;
const NODE = /^\s*_*req(?:uest)?\s*,\s*_*(?:res(?:ponse)?|reply)\b/i;
const FETCH =
  /^\s*(?:async\s+)?_*req(?:uest)?\s*(?:,\s*_*(?:env|info|server|context|ctx)\b.*)?$/is;

/** By the name it is exported under, else the names of its parameters; undefined where these do not tell. */
export function functionInterface(
  value: PlainFunction,
  name: string | undefined,
): FunctionInterface | undefined {
  if (name === "application") return "tsgi";
  if (name === "fetch") return "fetch";
  const parameters = parametersOf(value);
  // For the price of a regular expression, in a CGI program.
  if (parameters.includes("startResponse")) return "tsgi";
  if (TSGI.test(parameters)) return "tsgi";
  if (NODE.test(parameters)) return "node";
  if (FETCH.test(parameters)) return "fetch";
  return undefined;
}

/** By the number of its parameters, for want of anything better: a single one is a Request. */
export function likelyInterface({ length }: PlainFunction): FunctionInterface {
  return length === 1 ? "fetch" : "tsgi";
}

/** Whether it is written without parameters, so that it answers nothing. */
export function takesNothing(value: PlainFunction): boolean {
  return value.length === 0 && parametersOf(value).trim() === "";
}

/** As they are written: up to the first parenthesis that closes, or the arrow of a single one. */
function parametersOf(value: PlainFunction): string {
  const source = Function.prototype.toString.call(value);
  const open = source.indexOf("(");
  const arrow = source.indexOf("=>");
  if (arrow >= 0 && (open < 0 || arrow < open)) return source.slice(0, arrow);
  return source.slice(open + 1, source.indexOf(")", open));
}
