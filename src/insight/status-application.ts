// The status and ping pages, in front of an application.
import { describeError } from "../common/failure.ts";
import { mountPrefix, requestPath } from "../common/mount.ts";
import type {
  Application,
  Environ,
  StartResponse,
  Status as StatusLine,
} from "../common/types.ts";
import type { Variables } from "../common/variables.ts";
import { clientTest, LOCAL_CLIENTS } from "./allowed-clients.ts";
import type { Status } from "./figures.ts";
import { OPEN_METRICS_TYPE, openMetrics } from "./open-metrics.ts";
import { statusJson } from "./status-json.ts";
import { statusPage } from "./status-page.ts";

/** Asks for the status: of this process, or of the parent, or of all that share files. */
export type StatusSource = () => Promise<Status>;

/** Which pages there are, and who may see them. */
export interface StatusOptions {
  /** As in `CommonOptions`. */
  readonly mount?: string | undefined;
  /** Such as `/-/status`, below the mount point; no page unless given. */
  readonly statusPath?: string | undefined;
  /** Such as `/-/ping`; no page unless given. */
  readonly pingPath?: string | undefined;
  /** Addresses and networks; those on this machine unless given. */
  readonly statusAllow?: readonly string[] | undefined;
  readonly source: StatusSource;
  /** Told of the environ of each request for these pages. */
  readonly onOwn?: (environ: Environ) => void;
}

/** Milliseconds to wait for a status. */
const PATIENCE_MS = 3_000;

const PLAIN = "text/plain; charset=utf-8";

/** Answers requests for the pages itself. To those who may not see them they do not exist: the application answers. */
export class StatusPages {
  readonly #options: StatusOptions;
  readonly #isAllowed: (variables: Variables) => boolean;

  /** @throws {TsgiError} `CONFIG` for a client that is no address */
  constructor(options: StatusOptions) {
    const { mount } = options;
    this.#options = { ...options, mount: mount && mountPrefix(mount) };
    this.#isAllowed = clientTest(options.statusAllow ?? LOCAL_CLIENTS);
  }

  /** Whether there are any. */
  get exist(): boolean {
    const { statusPath, pingPath } = this.#options;
    return statusPath !== undefined || pingPath !== undefined;
  }

  /** Whether a request is answered here, and so should not wait for its turn. */
  owns(variables: Variables): boolean {
    return this.#pageOf(variables) !== undefined && this.#isAllowed(variables);
  }

  /** The application with the pages in front. */
  wrap(application: Application): Application {
    if (!this.exist) return application;
    return (environ, startResponse) => {
      if (!this.owns(environ as unknown as Variables)) {
        return application(environ, startResponse);
      }
      this.#options.onOwn?.(environ);
      return this.#answer(environ, startResponse);
    };
  }

  #pageOf(variables: Variables): "status" | "ping" | undefined {
    const { statusPath, pingPath } = this.#options;
    if (this.#isAt(statusPath, variables)) return "status";
    return this.#isAt(pingPath, variables) ? "ping" : undefined;
  }

  /** Asked for every request. Before the variables are repaired, and without a mount point, any of them may have the path. */
  #isAt(path: string | undefined, variables: Variables): boolean {
    if (path === undefined) return false;
    const { SCRIPT_NAME = "", PATH_INFO = "", REQUEST_URI = "" } = variables;
    if (PATH_INFO === path) return true;
    if (REQUEST_URI !== "" && !REQUEST_URI.includes(path)) return false;
    const { mount = "" } = this.#options;
    const whole = requestPath(REQUEST_URI);
    return (
      SCRIPT_NAME + PATH_INFO === path ||
      whole === path ||
      whole === mount + path
    );
  }

  async #answer(
    environ: Environ,
    startResponse: StartResponse,
  ): Promise<string> {
    const { REQUEST_METHOD } = environ;
    if (REQUEST_METHOD !== "GET" && REQUEST_METHOD !== "HEAD") {
      startResponse("405 Method Not Allowed", [
        ["Allow", "GET, HEAD"],
        ["Content-Type", PLAIN],
      ]);
      return "405 Method Not Allowed: GET or HEAD tells the status\n";
    }
    const page =
      this.#pageOf(environ as unknown as Variables) === "ping"
        ? { code: "200 OK" as const, type: PLAIN, text: "pong\n" }
        : await this.#status(environ);
    startResponse(page.code, [
      ["Content-Type", page.type],
      ["Cache-Control", "no-store"],
      ["Vary", "Accept"],
      ["X-Content-Type-Options", "nosniff"],
      [
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      ],
    ]);
    return page.text;
  }

  async #status(
    environ: Environ,
  ): Promise<{ code: StatusLine; type: string; text: string }> {
    try {
      const status = await withinPatience(this.#options.source());
      return { code: "200 OK", ...form(status, environ) };
    } catch (error) {
      const text = "Cannot tell the status: the log says why\n";
      const why = describeError(error);
      environ["tsgi.errors"].write(`tsgi: cannot tell the status: ${why}\n`);
      return { code: "503 Service Unavailable", type: PLAIN, text };
    }
  }
}

/** What the query asks for, else what the client accepts: no client that accepts one of these means another. */
function form(
  status: Status,
  { QUERY_STRING, HTTP_ACCEPT = "" }: Environ,
): { type: string; text: string } {
  const asked = QUERY_STRING.split("&");
  const page = () => ({
    type: "text/html; charset=utf-8",
    text: statusPage(status, Date.now(), !asked.includes("still")),
  });
  const metrics = () => ({
    type: OPEN_METRICS_TYPE,
    text: openMetrics(status),
  });
  const object = () => ({
    type: "application/json",
    text: statusJson(status),
  });
  if (asked.includes("html")) return page();
  if (asked.includes("openmetrics")) return metrics();
  if (asked.includes("json")) return object();
  if (/application\/openmetrics-text|text\/plain;\s*version=/.test(HTTP_ACCEPT))
    return metrics();
  return /text\/html/.test(HTTP_ACCEPT) ? page() : object();
}

/** @throws where it takes too long, or fails */
async function withinPatience(asked: Promise<Status>): Promise<Status> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new Error(`nobody has told it within ${PATIENCE_MS / 1_000} s`)),
      PATIENCE_MS,
    );
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
