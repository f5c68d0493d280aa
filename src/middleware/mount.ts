import { mountPrefix } from "../common/mount.ts";
import type { Application, Environ } from "../common/types.ts";
import { checkFunction, configError } from "./checks.ts";
import { derive } from "./derive.ts";
import { notFound } from "./not-found.ts";

interface Mounted {
  /** In lower case, with a port only where one is asked for; undefined for any host. */
  readonly host: string | undefined;
  /** Decoded, without a slash at its end. */
  readonly prefix: string;
  readonly application: Application;
}

/**
 * An application of several, chosen by path and host:
 *
 *     mount({ "/": site, "/wiki": wiki, "//shop.example/": shop, "//shop.example:8080/admin": admin })
 *
 * Entries with a host go before those without, then the longest prefix wins; a prefix ends at a slash or
 * the end of the path. Each application gets a copy of the environ with the prefix moved from PATH_INFO to
 * SCRIPT_NAME. Where none fits the answer is 404.
 *
 * @throws {TsgiError} `CONFIG` for what is no path, one that is there twice, and what is no function
 */
export function mount(
  applications: Readonly<Record<string, Application>>,
): Application {
  const table = Object.entries(applications).map(entryOf).sort(byPrecedence);
  const same = table.findIndex(
    (entry, at) =>
      at > 0 && byPrecedence(table[at - 1] as Mounted, entry) === 0,
  );
  if (same > 0) {
    const { host, prefix } = table[same] as Mounted;
    const place = host === undefined ? prefix || "/" : `//${host}${prefix}`;
    throw configError(`mount at "${place}": another application is there`);
  }
  return (environ, startResponse) => {
    const path = environ.PATH_INFO;
    const hosts = hostsOf(environ);
    for (const { host, prefix, application } of table) {
      if (host !== undefined && !hosts.includes(host)) continue;
      if (!path.startsWith(prefix)) continue;
      const rest = path.slice(prefix.length);
      if (rest !== "" && !rest.startsWith("/")) continue;
      const inner = derive(environ, {
        SCRIPT_NAME: environ.SCRIPT_NAME + prefix,
        PATH_INFO: rest,
      });
      return application(inner, startResponse);
    }
    return notFound(environ, startResponse);
  };
}

function entryOf([place, application]: [string, Application]): Mounted {
  checkFunction(application, `what is mounted at ${JSON.stringify(place)}`);
  const [, host, path = place] = /^\/\/([^/]+)(\/.*|)$/.exec(place) ?? [];
  return {
    host: host?.toLowerCase(),
    prefix: mountPrefix(host !== undefined && path === "" ? "/" : path),
    application,
  };
}

function byPrecedence(a: Mounted, b: Mounted): number {
  const [hostA, hostB] = [a.host ?? "", b.host ?? ""];
  return (
    hostB.length - hostA.length ||
    b.prefix.length - a.prefix.length ||
    compare(hostA, hostB) ||
    compare(a.prefix, b.prefix)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The host as the client named it, with its port and without; else as the web server is called. */
function hostsOf(environ: Environ): readonly string[] {
  const host = (environ.HTTP_HOST ?? environ.SERVER_NAME).toLowerCase();
  return [host, host.replace(/:\d*$/, "")];
}
