// The captured requests as variables, from FastCGI and CGI alike, and where each set-up mounts.
import type { Variables } from "../../src/common/variables.ts";
import { emptyVariables } from "../../src/common/variables.ts";
import { decodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  envCaptures,
  envSetups,
  wireCaptures,
  wireSetups,
} from "./fixtures.ts";
import { decodeRecords } from "./wire.ts";

export interface CapturedVariables {
  /** Set-up and case, as in test/fixtures; with the request's place where a connection has several. */
  readonly name: string;
  readonly setup: string;
  readonly variables: Variables;
}

/** Every set-up, with the mount point of those that have one. */
export const mounts: Readonly<Record<string, string | undefined>> = {
  "apache-authnz-fcgi": undefined,
  "apache-cgi": "/cgi-bin/rec.cgi",
  "apache-cgi-cgifcgi": "/cgi-bin/bridge.cgi",
  "apache-cgi-front": "/",
  "apache-cgid": "/cgi-bin/rec.cgi",
  "apache-cgid-front": "/",
  "apache-fcgid-authz": undefined,
  "apache-fcgid-front": "/",
  "apache-fcgid-script": "/app.fcgi",
  "apache-fcgid-virtual": "/app",
  "apache-fcgid-wrapper": "/hello.tsx",
  "apache-proxyfcgi-app": "/app",
  "apache-proxyfcgi-front": "/",
  "apache-proxyfcgi-generic": "/app",
  "apache-proxyfcgi-handler": "/app.fcgi",
  "apache-proxyfcgi-loc": "/app",
  "apache-proxyfcgi-match": "/app",
  "apache-proxyfcgi-pathdot": "/app.fcgi",
  "apache-proxyfcgi-pathinfo": "/app.fcgi",
  "apache-proxyfcgi-reuse": "/app",
  "apache-proxyfcgi-rewrite": "/",
  "apache-proxyfcgi-root": "/",
  "apache-proxyfcgi-setenvif": "/app",
  "apache-proxyfcgi-slash": "/app",
  "cgi-fcgi": undefined,
  "haproxy-docroot": "/app.fcgi",
  "haproxy-mpxs": "/",
  "haproxy-root": "/",
  "lighttpd-app": "/app",
  "lighttpd-authorizer": undefined,
  "lighttpd-binpath": "/app",
  "lighttpd-cgi": "/cgi-bin/rec.cgi",
  "lighttpd-debian": "/app",
  "lighttpd-ext": "/app.fcgi",
  "lighttpd-rawurl": "/app",
  "lighttpd-root": "/",
  "lighttpd-rootfix": "/",
  "lighttpd-stream2": "/app",
  "nginx-app": "/app",
  "nginx-keepconn": "/app",
  "nginx-nobuffer": "/app",
  "nginx-php": "/app.fcgi",
  "nginx-relative": "/app",
  "nginx-root": "/",
  "nginx-rootpi": "/",
};

/** All requests of one set-up whose params arrived; the variables are the caller's to change. */
export function capturedRequests(setup: string): CapturedVariables[] {
  const requests: CapturedVariables[] = [];
  if (wireSetups.includes(setup)) {
    for (const { name, wire } of wireCaptures(setup)) {
      for (const [index, params] of paramsOf(wire).entries()) {
        const place = index === 0 ? "" : `#${index + 1}`;
        const variables = decodePairs(params, 1000);
        requests.push({ name: name + place, setup, variables });
      }
    }
  }
  if (envSetups.includes(setup)) {
    for (const { name, variables: given } of envCaptures(setup)) {
      const variables = Object.assign(emptyVariables(), given);
      requests.push({ name, setup, variables });
    }
  }
  return requests;
}

/** Every captured request. */
export function allRequests(): CapturedVariables[] {
  return Object.keys(mounts).flatMap(capturedRequests);
}

/** The variables of one captured request, such as "nginx-app/query". */
export function capturedVariables(name: string): Variables {
  const setup = name.slice(0, name.indexOf("/"));
  const found = capturedRequests(setup).find(
    (request) => request.name === name,
  );
  if (found === undefined) throw new Error(`Cannot find request ${name}`);
  return found.variables;
}

/** The ended PARAMS streams of a connection, in the order they ended. */
function paramsOf(wire: Uint8Array): Uint8Array[] {
  const open = new Map<number, Uint8Array[]>();
  const ended: Uint8Array[] = [];
  for (const { type, requestId, content } of decodeRecords([wire])) {
    if (type !== FCGI.PARAMS) continue;
    const contents = open.get(requestId) ?? [];
    contents.push(content);
    open.set(requestId, contents);
    if (content.length > 0) continue;
    ended.push(Buffer.concat(contents));
    open.delete(requestId);
  }
  return ended;
}
