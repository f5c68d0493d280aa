// What goes into a configuration: the real paths and names of one application on this machine.
import { TsgiError } from "../common/errors.ts";
import type { Relay } from "./relay.ts";

/** One application, and where things are. All paths are absolute. */
export interface Site {
  /** The application's file. */
  readonly application: string;
  /** `":name"` of an export, or nothing. */
  readonly exported: string;
  /** The folder of the application. */
  readonly folder: string;
  /** Names its files, its service, its user. */
  readonly name: string;
  readonly node: string;
  /** The folder of tsgi-cgi and tsgi-fcgi. */
  readonly commands: string;
  /** `"/"`, or a path like `"/app"`. */
  readonly mount: string;
  readonly socket: string;
  /** The folder of files the web server serves itself. */
  readonly publicFolder: string;
  readonly domain: string;
  /** The web server's group. */
  readonly group: string;
  /** Where files are written; for `htaccess` the document root, for `cpanel` the home folder. */
  readonly output: string;
  /** Where the process of `app.cgi` is to stay: it is the relay to that then. */
  readonly relay?: Relay | undefined;
}

/**
 * Refuses what the configuration languages of the servers would read as something else: four of them, with
 * four ways to quote.
 *
 * @throws {TsgiError} `CONFIG`
 */
export function checkSite(site: Site): void {
  const { mount, domain, group, name } = site;
  for (const path of [
    ...[site.application, site.node, site.commands, site.socket],
    ...[site.publicFolder, site.output],
  ]) {
    const odd = /[^\w@+=,./~-]/.exec(path)?.[0];
    if (odd !== undefined) {
      throw new TsgiError(
        "CONFIG",
        `Cannot write ${path} into a configuration: it has ${JSON.stringify(odd)}, which servers read differently; choose a path of letters without accents, digits and . _ - + = , @ ~`,
      );
    }
  }
  refuse(
    "--mount",
    mount,
    /^\/(?:~?[\w-]+(?:\/[\w-]+)*)?$/,
    "/ or like /app or /~ann",
  );
  refuse("--domain", domain, /^[\w-]+(?:\.[\w-]+)*$/, "like www.example.com");
  refuse("--group", group, /^[\w][\w.-]*$/, "the name of a group");
  refuse("--name", name, /^[a-z_][\w-]{0,30}$/, "like a user's name: app");
}

function refuse(
  option: string,
  value: string,
  fits: RegExp,
  expected: string,
): void {
  if (fits.test(value)) return;
  throw new TsgiError(
    "CONFIG",
    `Cannot use ${option} ${value}: it is not ${expected}`,
  );
}
