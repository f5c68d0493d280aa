// Files of a folder, before the application is asked.
import { resolve } from "node:path";
import { TsgiError } from "../common/errors.ts";
import type {
  Environ,
  Header,
  Middleware,
  ResponseBody,
  StartResponse,
} from "../common/types.ts";
import { type Found, findFile } from "./static-files-path.ts";
import type { SendfileHeader } from "./static-files-sendfile.ts";

/** Which files {@link staticFiles} serves, for how long, and by whom. */
export interface StaticFilesOptions {
  /** The part of PATH_INFO that leads to the folder, such as `"/static"`. All of it unless given. */
  readonly prefix?: string;
  /** The file served for a folder; `"index.html"` unless given. */
  readonly index?: string | false;
  /** Serves names that begin with a dot, too. Off unless given. */
  readonly dotfiles?: boolean;
  /** Seconds for Cache-Control; 0 unless given, so that browsers ask, and get 304. */
  readonly maxAge?: number;
  /** Tells browsers never to ask before `maxAge` is over. */
  readonly immutable?: boolean;
  /**
   * Lets the web server send the files. Only where its configuration allows that for this folder:
   * anywhere else the client gets the header, with the path, and no file. `"auto"` takes the header
   * by SERVER_SOFTWARE, and none where the server is not known. Off unless given.
   */
  readonly sendfile?: "off" | "auto" | SendfileHeader;
  /** The `internal` location of nginx whose `alias` is the folder, such as `"/_files"`. */
  readonly location?: string;
}

/**
 * Serves GET and HEAD for the files below `root`, with ranges, ETag and 304; everything else is the
 * application's, what is not there included. Links are followed as long as they stay below the root.
 *
 * @throws {TsgiError} `CONFIG` where prefix or location are not paths
 */
export function staticFiles(
  root: string,
  options: StaticFilesOptions = {},
): Middleware {
  const { prefix = "", sendfile = "off", location } = options;
  checkPath("prefix", prefix);
  if (location !== undefined) checkPath("location", location);
  if (sendfile === "X-Accel-Redirect" && location === undefined) {
    throw new TsgiError(
      "CONFIG",
      "Cannot serve files by X-Accel-Redirect: the option location is missing",
    );
  }
  const folder = resolve(root);
  const { index = "index.html", dotfiles = false } = options;
  const bytes = Buffer.from(prefix).toString("latin1");

  return (application) => async (environ, startResponse) => {
    const { REQUEST_METHOD: method, PATH_INFO } = environ;
    const rest = PATH_INFO.slice(bytes.length);
    const isOurs =
      (method === "GET" || method === "HEAD") &&
      PATH_INFO.startsWith(bytes) &&
      /^(?:\/|$)/.test(rest);
    const found = isOurs
      ? await findFile(folder, rest, { index, dotfiles })
      : undefined;
    if (found === undefined) return application(environ, startResponse);
    if (found.kind === "folder") return addSlash(environ, startResponse);
    const asked = await askServer(environ, found);
    if (asked === undefined) {
      const { sendFile } = await import("./static-files-send.ts");
      return sendFile(found, options)(environ, startResponse);
    }
    startResponse("200 OK", [...asked, ...cacheControl(options)]);
    return "";
  };

  /** The headers by which the web server is asked to send the file, where it is to. */
  async function askServer(
    environ: Environ,
    file: Found & { kind: "file" },
  ): Promise<Header[] | undefined> {
    if (sendfile === "off") return undefined;
    // With the types of all the files there are, which take their time to load.
    const { sendfileHeaderFor, sendfileHeaders } = await import(
      "./static-files-sendfile.ts"
    );
    const header =
      sendfile === "auto"
        ? sendfileHeaderFor(environ, location !== undefined)
        : sendfile;
    return header && sendfileHeaders(header, file, location);
  }
}

function cacheControl({ maxAge = 0, immutable }: StaticFilesOptions): Header[] {
  const directives = `public, max-age=${maxAge}${immutable ? ", immutable" : ""}`;
  return [["Cache-Control", directives]];
}

function addSlash(
  { REQUEST_METHOD, SCRIPT_NAME, PATH_INFO, QUERY_STRING }: Environ,
  startResponse: StartResponse,
): ResponseBody {
  const path = Buffer.from(`${SCRIPT_NAME}${PATH_INFO}/`, "latin1").toString();
  const target = path.split("/").map(encodeURIComponent).join("/");
  const query = QUERY_STRING === "" ? "" : `?${QUERY_STRING}`;
  // With two slashes at its beginning it would name another host.
  const location = target.replace(/^\/+/, "/") + query;
  startResponse("301 Moved Permanently", [
    ["Location", location],
    ["Content-Type", "text/plain"],
  ]);
  return REQUEST_METHOD === "HEAD" ? "" : `${location}\n`;
}

function checkPath(option: string, path: string): void {
  if (/^(?:\/.*[^/])?$/.test(path)) return;
  throw new TsgiError(
    "CONFIG",
    `Cannot serve files: the option ${option} is ${JSON.stringify(path)}, not a path such as "/static"`,
  );
}
