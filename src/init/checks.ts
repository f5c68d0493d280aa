// The requests that tell whether a configuration is right, and what must be in their answers.
import type { Answer, Question } from "./exchange.ts";
import { under } from "./plan.ts";
import { PAUSE } from "./probe.ts";

/** One request to the probe. */
export interface Check {
  readonly name: string;
  /** Why the host's own configuration has to allow it, where .htaccess cannot. */
  readonly isUpToHost?: string;
  ask(mount: string): Question;
  /** What is wrong; undefined where nothing is. */
  judge(answer: Answer, mount: string): string | undefined;
}

/** Above the limits of nginx (1 MiB) and mod_fcgid (128 KiB) where nobody raises them. */
const BODY = Buffer.alloc(2_000_000, "x");
/** Above 8 KiB, where all servers but HAProxy refuse unless told. */
const COOKIE = `c=${"x".repeat(12_000)}`;

/** In the order in which they are asked. */
export const checks: readonly Check[] = [
  {
    name: "GET",
    ask: (mount) => ({ target: under(mount, "/tea%20pot?a=1&b=%20") }),
    judge: (answer, mount) =>
      expected(answer, {
        REQUEST_METHOD: "GET",
        SCRIPT_NAME: mount === "/" ? "" : mount,
        PATH_INFO: "/tea pot",
        QUERY_STRING: "a=1&b=%20",
      }),
  },
  {
    name: `POST, ${BODY.length / 1e6} MB`,
    ask: (mount) => ({
      target: under(mount, "/"),
      method: "POST",
      headers: { "Content-Length": BODY.length },
      body: BODY,
    }),
    judge: (answer) =>
      expected(answer, { REQUEST_METHOD: "POST", length: BODY.length }),
  },
  {
    name: "path with %2F",
    isUpToHost: "AllowEncodedSlashes is not for .htaccess",
    ask: (mount) => ({ target: under(mount, "/a%2Fb") }),
    judge: (answer, mount) =>
      expected(answer, { REQUEST_URI: under(mount, "/a%2Fb") }),
  },
  {
    name: "Authorization",
    ask: (mount) => ({
      target: under(mount, "/"),
      headers: { Authorization: "Basic dTpw" },
    }),
    judge: (answer) => expected(answer, { HTTP_AUTHORIZATION: "Basic dTpw" }),
  },
  {
    name: "Cookie, 12 kB",
    isUpToHost: "LimitRequestFieldSize is not for .htaccess",
    ask: (mount) => ({
      target: under(mount, "/"),
      headers: { Cookie: COOKIE },
    }),
    judge: (answer) => expected(answer, { cookie: COOKIE.length }),
  },
  {
    name: "stream",
    ask: (mount) => ({ target: under(mount, "/?stream") }),
    judge: ({ status, body, spread }) => {
      if (status !== 200 || body !== "first\nsecond\n")
        return told(status, body);
      return spread > PAUSE / 2
        ? undefined
        : "both parts came at once: the response was held back";
    },
  },
];

/** What differs between the answer of the probe and what it should have got. */
function expected(
  { status, body }: Answer,
  wanted: Readonly<Record<string, unknown>>,
): string | undefined {
  let got: Record<string, unknown>;
  try {
    got = JSON.parse(body);
  } catch {
    return told(status, body);
  }
  if (status !== 200) return told(status, body);
  for (const [name, value] of Object.entries(wanted)) {
    if (got[name] === value) continue;
    return `${name} is ${JSON.stringify(got[name]) ?? "missing"}, not ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** An answer in short, without the markup of error pages. */
export function told(status: number, body: string): string {
  const text = body
    .replace(/<style[\s\S]*?<\/style>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const short = text.length > 100 ? `${text.slice(0, 100)} …` : text;
  return short === "" ? `${status}` : `${status}: ${short}`;
}
