// Stop 3 of a request: what web servers are known to get wrong, one row each.
import type { Variables } from "./variables.ts";

export interface Quirk {
  /** The name `tsgi.quirks` shows. */
  readonly name: string;
  /** Mends the variables in place; tells whether there was anything to mend. */
  fix(variables: Variables): boolean;
}

/** The repairs, in order. Each has a captured request in test/fixtures/variables which needs it. */
export const quirks: readonly Quirk[] = [
  {
    // nginx's fastcgi_params pass these whether or not they have a value (RFC 3875, 4.1.2 and 4.1.3).
    name: "empty-content-headers",
    fix: (variables) => dropEmpty(variables, "CONTENT_TYPE", "CONTENT_LENGTH"),
  },
  {
    // nginx sends REMOTE_USER for every request, empty for an unknown user.
    name: "empty-remote-user",
    fix: (variables) => dropEmpty(variables, "REMOTE_USER", "AUTH_TYPE"),
  },
  {
    // nginx and lighttpd send the content headers a second time.
    name: "doubled-content-headers",
    fix: (variables) =>
      drop(variables, "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"),
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
    // FcgidPassHeader passes "Authorization"; an Apache rewrite rule leaves "REDIRECT_HTTP_AUTHORIZATION".
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
    // Apache's ProxyPass and lighttpd at "/" leave the slash, or a trailing one, in SCRIPT_NAME.
    name: "script-name-slash",
    fix(variables) {
      const script = variables.SCRIPT_NAME;
      if (script === undefined || !script.endsWith("/")) return false;
      variables.SCRIPT_NAME = script.slice(0, -1);
      variables.PATH_INFO = `/${(variables.PATH_INFO ?? "").replace(/^\//, "")}`;
      return true;
    },
  },
  {
    name: "relative-path",
    fix(variables) {
      let fixed = false;
      for (const name of ["SCRIPT_NAME", "PATH_INFO"]) {
        const path = variables[name];
        if (!path || path.startsWith("/")) continue;
        if (path === "*" && variables.REQUEST_METHOD === "OPTIONS") continue;
        variables[name] = `/${path}`;
        fixed = true;
      }
      return fixed;
    },
  },
  {
    name: "missing-path",
    fix(variables) {
      const { SCRIPT_NAME, PATH_INFO } = variables;
      if (PATH_INFO !== undefined && SCRIPT_NAME !== undefined) {
        if (PATH_INFO !== "" || SCRIPT_NAME !== "") return false;
      }
      variables.SCRIPT_NAME = SCRIPT_NAME ?? "";
      variables.PATH_INFO = PATH_INFO || (SCRIPT_NAME ? "" : "/");
      return true;
    },
  },
  {
    name: "missing-query",
    fix: (variables) => supply(variables, "QUERY_STRING", ""),
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

function drop(variables: Variables, ...names: string[]): boolean {
  let found = false;
  for (const name of names) {
    if (variables[name] === undefined) continue;
    delete variables[name];
    found = true;
  }
  return found;
}

function dropEmpty(variables: Variables, ...names: string[]): boolean {
  return drop(variables, ...names.filter((name) => variables[name] === ""));
}

function supply(variables: Variables, name: string, value: string): boolean {
  return variables[name] ? false : set(variables, name, value);
}

function set(variables: Variables, name: string, value: string): true {
  variables[name] = value;
  return true;
}
