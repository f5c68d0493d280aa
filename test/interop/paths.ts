// Where the variables of the path come from: what each web server makes of it, and what --mount does.
import type { Setup } from "./setups.ts";

export type Split = readonly [script: string, info: string];

/** What follows the mount point in the requests, and its decoded form. */
export const targets = [
  { target: "", path: "" },
  { target: "/", path: "/" },
  { target: "/foo/bar?q=1", path: "/foo/bar" },
  { target: "/caf%C3%A9/%2525/x%3Fy%20z", path: "/caf\xc3\xa9/%25/x?y z" },
  { target: "/a%2Fb", path: "/a/b" },
] as const;

export type Rule = (mount: string, path: string) => Split;

/** With --mount all are alike: SCRIPT_NAME is the mount point, PATH_INFO the rest, decoded once. */
export const mounted: Rule = (mount, path) => [mount, path];

const split: Rule = (mount, path) => [mount, path];
const splitKeepingSlash: Rule = (mount, path) => [
  mount,
  path === "/a/b" ? "/a%2Fb" : path,
];
// A trailing slash becomes PATH_INFO: quirk "script-name-slash".
const wholeInScriptName: Rule = (mount, path) =>
  path === "/" ? [mount, "/"] : [`${mount}${path}`, ""];
const wholeKeepingSlash: Rule = (mount, path) =>
  wholeInScriptName(mount, path === "/a/b" ? "/a%2Fb" : path);
// The rewritten request has lost the path.
const frontController =
  (script: string): Rule =>
  () => [script, ""];

/** Without --mount: what each set-up passes, after the repairs of `tsgi.quirks`. */
export const trusted: Readonly<Record<string, Rule>> = {
  "apache/cgi.conf": splitKeepingSlash,
  "apache/cgi.htaccess": frontController("/app.cgi"),
  "apache/fcgid.conf": splitKeepingSlash,
  "apache/fcgid.htaccess": frontController("/app.fcgi"),
  "apache/proxy-fcgi.conf": wholeKeepingSlash,
  "apache/proxy-fcgi.htaccess": frontController("/app.fcgi"),
  "lighttpd/cgi.conf": split,
  "lighttpd/bin-path.conf": split,
  "lighttpd/fastcgi.conf": split,
  "nginx/fastcgi.conf": wholeInScriptName,
  "nginx/keepalive.conf": split,
  "nginx/streaming.conf": split,
  "haproxy/fcgi-app.cfg": wholeInScriptName,
  "haproxy/multiplex.cfg": wholeInScriptName,
};

/** Apache answers an encoded slash 404; AllowEncodedSlashes cannot be set in .htaccess. */
export function refuses(setup: Setup, target: string): boolean {
  return setup.htaccess === true && target.includes("%2F");
}
