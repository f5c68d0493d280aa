// Stop 3 of a request: what web servers are known to get wrong, one row each.
import { requestPath } from "./mount.ts";
import type { Variables } from "./variables.ts";

/** One repair. */
export interface Quirk {
  /** The name `tsgi.quirks` shows. */
  readonly name: string;
  /** Mends the variables in place; tells whether there was anything to mend. */
  fix(variables: Variables): boolean;
}

/** The repairs, in order. Each has a captured request in test/fixtures which fails without it. */
export const quirks: readonly Quirk[] = [
  {
    // nginx's fastcgi_params pass these whether or not they have a value (RFC 3875, 4.1.2 and 4.1.3).
    name: "empty-content-headers",
    fix: (variables) =>
      either(
        dropEmpty(variables, "CONTENT_TYPE"),
        dropEmpty(variables, "CONTENT_LENGTH"),
      ),
  },
  {
    // nginx sends REMOTE_USER for every request, empty for an unknown user.
    name: "empty-remote-user",
    fix: (variables) => dropEmpty(variables, "REMOTE_USER"),
  },
  {
    // nginx and lighttpd send the content headers a second time.
    name: "doubled-content-headers",
    fix: (variables) =>
      either(
        drop(variables, "HTTP_CONTENT_TYPE"),
        drop(variables, "HTTP_CONTENT_LENGTH"),
      ),
  },
  {
    // A client's "Proxy:" header must not become the proxy setting of HTTP clients. https://httpoxy.org/
    name: "httpoxy",
    fix: (variables) => drop(variables, "HTTP_PROXY"),
  },
  {
    // Every server has taken the chunks apart already, and some still pass the header on.
    name: "transfer-encoding",
    fix: (variables) => drop(variables, "HTTP_TRANSFER_ENCODING"),
  },
  {
    // Apache's SetEnvIf and [E=…] recipes for Authorization set it also where the client sent none.
    name: "empty-authorization",
    fix: (variables) =>
      either(
        dropEmpty(variables, "HTTP_AUTHORIZATION"),
        dropEmpty(variables, "REDIRECT_HTTP_AUTHORIZATION"),
      ),
  },
  {
    // A rewrite rule with [E=HTTP_AUTHORIZATION:…] leaves "REDIRECT_HTTP_AUTHORIZATION" behind; the
    // -pass-header of FastCGI modules passes "Authorization" as it is.
    name: "authorization",
    fix(variables) {
      if (variables.HTTP_AUTHORIZATION !== undefined) return false;
      const value =
        variables.Authorization ?? variables.REDIRECT_HTTP_AUTHORIZATION;
      if (value === undefined) return false;
      variables.HTTP_AUTHORIZATION = value;
      return true;
    },
  },
  {
    // Apache's ProxyPass, nginx and lighttpd at "/" leave the path's last slashes in SCRIPT_NAME.
    name: "script-name-slash",
    fix(variables) {
      const script = variables.SCRIPT_NAME;
      if (!script?.endsWith("/")) return false;
      let end = script.length;
      while (script[end - 1] === "/") end--;
      const path = variables.PATH_INFO ?? "";
      variables.SCRIPT_NAME = script.slice(0, end);
      variables.PATH_INFO =
        script.slice(path.startsWith("/") ? end + 1 : end) + path;
      return true;
    },
  },
  {
    // An nginx pattern such as ^(/app)/?(.*)$ takes the first slash from PATH_INFO.
    name: "relative-path",
    fix(variables) {
      return either(
        addSlash(variables, "SCRIPT_NAME"),
        !isServerWide(variables) && addSlash(variables, "PATH_INFO"),
      );
    },
  },
  {
    // Apache and lighttpd send no PATH_INFO where there is none; authorizers are sent neither
    // (FastCGI 1.0, section 6.3), and find their path in REQUEST_URI.
    name: "missing-path",
    fix(variables) {
      const { SCRIPT_NAME: script, PATH_INFO: path } = variables;
      if (script !== undefined && path !== undefined && (script || path)) {
        return false;
      }
      variables.SCRIPT_NAME = script ?? "";
      variables.PATH_INFO =
        script === undefined && path === undefined
          ? requestPath(variables.REQUEST_URI) || "/"
          : path || (script ? "" : "/");
      return true;
    },
  },
  {
    // HAProxy sends no QUERY_STRING where there is no query.
    name: "missing-query",
    fix(variables) {
      if (variables.QUERY_STRING !== undefined) return false;
      variables.QUERY_STRING = "";
      return true;
    },
  },
  {
    // HAProxy's SERVER_NAME is the Host header, port and all (RFC 3875, section 4.1.14).
    name: "server-name-port",
    fix(variables) {
      const name = variables.SERVER_NAME;
      if (!name?.includes(":")) return false;
      const host = /^(\[[^\]]*\]|[^:]+):[0-9]*$/.exec(name)?.[1];
      if (host === undefined) return false;
      variables.SERVER_NAME = host;
      return true;
    },
  },
  {
    // lighttpd sends an empty SERVER_NAME where the client sent no Host.
    name: "missing-server-name",
    fix: (variables) => supply(variables, "SERVER_NAME", "localhost"),
  },
  {
    name: "missing-server-port",
    fix: (variables) =>
      /^[0-9]+$/.test(variables.SERVER_PORT ?? "")
        ? false
        : set(variables, "SERVER_PORT", isHttps(variables) ? "443" : "80"),
  },
  {
    name: "missing-server-protocol",
    fix: (variables) => supply(variables, "SERVER_PROTOCOL", "HTTP/1.0"),
  },
];

/** Applies the repairs in order and names those made. */
export function repair(variables: Variables): string[] {
  const made: string[] = [];
  for (const quirk of quirks) {
    if (quirk.fix(variables)) made.push(quirk.name);
  }
  return made;
}

/** Whether the client used TLS, from HTTPS (Apache's word for it) or REQUEST_SCHEME. */
export function isHttps(variables: Variables): boolean {
  const https = variables.HTTPS?.toLowerCase();
  if (https === "on" || https === "1" || https === "yes") return true;
  return (
    https === undefined && variables.REQUEST_SCHEME?.toLowerCase() === "https"
  );
}

/** OPTIONS * asks about the server, not about a path (RFC 9110, section 9.3.7). */
function isServerWide(variables: Variables): boolean {
  return variables.REQUEST_METHOD === "OPTIONS" && variables.PATH_INFO === "*";
}

function drop(variables: Variables, name: string): boolean {
  if (variables[name] === undefined) return false;
  delete variables[name];
  return true;
}

function dropEmpty(variables: Variables, name: string): boolean {
  return variables[name] === "" && drop(variables, name);
}

/** Both, whatever the first one says. */
function either(first: boolean, second: boolean): boolean {
  return first || second;
}

function addSlash(variables: Variables, name: string): boolean {
  const path = variables[name];
  if (!path || path.startsWith("/")) return false;
  return set(variables, name, `/${path}`);
}

function supply(variables: Variables, name: string, value: string): boolean {
  return variables[name] ? false : set(variables, name, value);
}

function set(variables: Variables, name: string, value: string): true {
  variables[name] = value;
  return true;
}
