// What a visitor gets at the URL.
import type { Context } from "../context.ts";
import { fetchPage, type Page } from "../facts/fetch-page.ts";
import type { Found } from "../finding.ts";

const PATIENCE = 15_000;
/** Milliseconds between parts that are told apart, and that a stream takes at least. */
const BURST = 100;
const STREAM = 500;

/** One request, and what its answer gives away. */
export async function checkUrl(context: Context): Promise<Found[]> {
  const { url } = context;
  if (url === undefined) return [];
  let page: Page;
  try {
    page = await fetchPage(new URL(url), PATIENCE);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [
      {
        code: "URL_UNREACHABLE",
        where: url,
        what:
          code === "ECONNREFUSED"
            ? "nobody listens there"
            : code === "ENOTFOUND"
              ? "there is no such host"
              : message,
        repair: "start the web server, or correct the URL",
      },
    ];
  }
  return isSource(context, page)
    ? [
        {
          code: "SOURCE_SHOWN",
          where: url,
          what: "the answer is the program itself, not what it says",
          repair:
            "AddHandler cgi-script .cgi and Options +ExecCGI; tsgi doctor FILE tells where",
        },
      ]
    : [
        ...statusOf(url, page),
        ...schemeOf(url, page),
        ...streamOf(context, url, page),
      ];
}

function isSource(
  { program, machine }: Context,
  { body, status }: Page,
): boolean {
  if (status !== 200) return false;
  if (body.startsWith("#!")) return true;
  const text = program && machine.text(program.file, 4096);
  return text !== undefined && text.length > 40 && body.startsWith(text);
}

/** How Apache, nginx, lighttpd and HAProxy speak for themselves. */
const SERVERS_OWN =
  /<address>Apache|on this server\.|<center>nginx|<h1>40[34] (?:Forbidden|Not Found)<\/h1>/;

const MEANINGS: Readonly<Record<number, string>> = {
  500: "the program failed",
  502: "the web server could not use the application's answer, or nobody listens",
  503: "nobody listens, or all are busy",
  504: "the application was silent for too long",
};

function statusOf(url: string, { status, body }: Page): Found[] {
  const isServers = SERVERS_OWN.test(body);
  if (status >= 500) {
    const incident = /incident (?:number )?([\w-]+)/i.exec(body)?.[1];
    return [
      {
        code: "URL_FAILS",
        where: url,
        what: `it is answered ${status}: ${MEANINGS[status] ?? "an error of the server"}`,
        repair: incident
          ? `look for ${incident} in the error log`
          : "look into the web server's error log; tsgi doctor FILE or --socket PATH looks behind it",
      },
    ];
  }
  if (status === 403 && isServers) {
    return [
      {
        code: "URL_FORBIDDEN",
        where: url,
        what: "the web server itself answers 403",
        repair:
          "look into its error log; tsgi doctor FILE looks for the reason",
      },
    ];
  }
  if (status !== 404 || !isServers) return [];
  return [
    {
      code: "URL_NOT_FOUND",
      where: url,
      what: "the web server itself answers 404, so that the request never gets to the application",
      repair:
        "compare the path with that of ScriptAlias, ProxyPass or location",
    },
  ];
}

function schemeOf(url: string, { headers }: Page): Found[] {
  const { location } = headers;
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" || typeof location !== "string") return [];
  const target = URL.canParse(location, url)
    ? new URL(location, url)
    : undefined;
  if (target?.protocol !== "http:" || target.hostname !== hostname) return [];
  return [
    {
      code: "HTTPS_LOST",
      where: url,
      what: `it redirects to ${location}, which is no https`,
      repair: `Apache: SetEnvIf X-Forwarded-Proto "^https$" HTTPS=on; nginx: fastcgi_param HTTPS on; where TLS ends before the web server`,
    },
  ];
}

const DIRECTIVES: readonly (readonly [server: RegExp, line: string])[] = [
  [
    /apache/i,
    "flushpackets=on behind ProxyPass; with mod_fcgid FcgidOutputBufferSize 0; and no mod_deflate for it",
  ],
  [
    /nginx/i,
    "fastcgi_buffering off; or the response header X-Accel-Buffering: no",
  ],
  [/lighttpd/i, "server.stream-response-body = 1"],
];

function streamOf(
  { stream }: Context,
  url: string,
  { headers, arrivals }: Page,
): Found[] {
  const type = `${headers["content-type"] ?? ""}`;
  if (!stream && !type.startsWith("text/event-stream")) return [];
  const [first = 0] = arrivals;
  const last = arrivals.at(-1) ?? 0;
  if (last - first > BURST || first < STREAM) return [];
  const server = `${headers.server ?? ""}`;
  const known = DIRECTIVES.find(([name]) => name.test(server))?.[1];
  return [
    {
      code: "STREAM_BUFFERED",
      where: url,
      what: `all of it arrived at once, after ${Math.round(first)} ms`,
      repair: known ?? DIRECTIVES.map(([, line]) => line).join("; "),
    },
  ];
}
