import { BlockList, isIP } from "node:net";
import { percentDecode } from "../common/mount.ts";
import { limitOf } from "../common/settings.ts";
import type { Environ, Middleware } from "../common/types.ts";
import { configError } from "./checks.ts";
import { derive } from "./derive.ts";
import {
  type Hops,
  readForwarded,
  readXForwarded,
  type Told,
} from "./forwarded-header.ts";

/** Numbers of proxies in front of the web server that are trusted to tell each of these. */
export interface ForwardedOptions {
  /** The client's address. 1 unless given. */
  readonly for?: number;
  /** The scheme. 1 unless given. */
  readonly proto?: number;
  /** The host the client asked for. 0 unless given: most proxies pass Host on as it is. */
  readonly host?: number;
  /** The port the client asked for; `X-Forwarded-Port` only. 0 unless given. */
  readonly port?: number;
  /** The part of the path a proxy has taken away; `X-Forwarded-Prefix` only. 0 unless given. */
  readonly prefix?: number;
  /**
   * Which headers the proxies write: `"X-Forwarded"`, the default, or the `"Forwarded"` of RFC 7239. Never
   * both, since what a proxy does not write itself it passes on from the client.
   */
  readonly header?: "X-Forwarded" | "Forwarded";
  /** Addresses and networks (`"10.0.0.0/8"`) of the last proxy; from others nothing is believed. Any unless given. */
  readonly from?: readonly string[];
}

/**
 * For an application behind proxies in front of its web server: makes REMOTE_ADDR, the scheme, host, port and
 * SCRIPT_NAME what the client saw, as trusted proxies tell it. Anybody can send these headers, so there must
 * be as many proxies as said, and no way around them; a header with fewer values is ignored. What the
 * variables were is in `forwarded.original`.
 *
 * @throws {TsgiError} `CONFIG` for a number that is none, and an address that is none
 */
export function forwarded(options: ForwardedOptions = {}): Middleware {
  const { header = "X-Forwarded", from } = options;
  const hops: Hops = {
    for: hopsOf(options, "for") ?? 1,
    proto: hopsOf(options, "proto") ?? 1,
    host: hopsOf(options, "host") ?? 0,
    port: hopsOf(options, "port") ?? 0,
    prefix: hopsOf(options, "prefix") ?? 0,
  };
  const known = header === "X-Forwarded" || header === "Forwarded";
  if (!known) throw configError(`read ${JSON.stringify(header)}: unknown`);
  const read = header === "Forwarded" ? readForwarded : readXForwarded;
  const proxies = from && networks(from);

  return (application) => (environ, startResponse) => {
    const isTrusted =
      proxies === undefined || includes(proxies, environ.REMOTE_ADDR ?? "");
    const changes = isTrusted ? changesOf(environ, read(environ, hops)) : {};
    const names = Object.keys(changes) as "REMOTE_ADDR"[];
    if (names.length === 0) return application(environ, startResponse);
    const original = Object.fromEntries(
      names.map((name) => [name, environ[name]]),
    );
    const all = { ...changes, "forwarded.original": original };
    return application(derive(environ, all), startResponse);
  };
}

const HOST = /^([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;
const NODE = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/;
const PREFIX = /^(?:\/[^\0-\x20\x7f?#/]+)+$/;

/** What is not of the form it should have is as good as not told. */
function changesOf(
  environ: Environ,
  told: Told,
): Record<string, string | undefined> {
  const changes: Record<string, string | undefined> = {};
  const [, v6, v4, clientPort] = NODE.exec(told.for ?? "") ?? [];
  const address = v6 ?? v4 ?? told.for ?? "";
  if (isIP(address) > 0) {
    changes.REMOTE_ADDR = address;
    changes.REMOTE_PORT = clientPort;
    changes.REMOTE_HOST = undefined;
  }
  if (PREFIX.test(told.prefix?.replace(/\/$/, "") ?? "")) {
    const prefix = percentDecode(told.prefix ?? "").replace(/\/$/, "");
    changes.SCRIPT_NAME = prefix + environ.SCRIPT_NAME;
  }
  return { ...changes, ...originOf(environ, told) };
}

/** The scheme, host and port, of which each may be told without the others. */
function originOf(
  environ: Environ,
  told: Told,
): Record<string, string | undefined> {
  const changes: Record<string, string | undefined> = {};
  const proto = told.proto?.toLowerCase();
  const isScheme = proto === "http" || proto === "https";
  const scheme = isScheme ? proto : environ["tsgi.url_scheme"];
  if (isScheme) {
    changes["tsgi.url_scheme"] = scheme;
    changes.HTTPS = scheme === "https" ? "on" : undefined;
    if (environ.REQUEST_SCHEME !== undefined) changes.REQUEST_SCHEME = scheme;
  }
  const toldHost = HOST.exec(told.host ?? "");
  const toldPort = isPort(told.port) ? told.port : undefined;
  if (!isScheme && toldHost === null && toldPort === undefined) return changes;

  const [host, name, hostPort] =
    toldHost ?? HOST.exec(environ.HTTP_HOST ?? "") ?? [];
  const standard = scheme === "https" ? "443" : "80";
  // Without a Host there is only the web server's own port to go by.
  const isSame = name === undefined && scheme === environ["tsgi.url_scheme"];
  const usual = isSame ? environ.SERVER_PORT : standard;
  const port = toldPort ?? hostPort ?? usual;
  changes.SERVER_PORT = port;
  if (toldHost !== null) changes.SERVER_NAME = name;
  if (name !== undefined && toldPort !== undefined) {
    changes.HTTP_HOST = port === standard ? name : `${name}:${port}`;
  } else if (toldHost !== null) {
    changes.HTTP_HOST = host;
  }
  return changes;
}

function isPort(text: string | undefined): text is string {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) && +text < 65_536;
}

function hopsOf(
  options: ForwardedOptions,
  name: keyof Hops,
): number | undefined {
  const hops = limitOf(options, name);
  if (hops === undefined || Number.isInteger(hops)) return hops;
  throw configError(`trust ${hops} proxies for ${name}: not a whole number`);
}

function networks(from: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of from) {
    const [address = "", bits, ...more] = one.split("/");
    const version = isIP(address);
    const all = version === 6 ? 128 : 32;
    const length = bits === undefined ? all : Number(bits || Number.NaN);
    const isLength = Number.isInteger(length) && length >= 0 && length <= all;
    if (version === 0 || !isLength || more.length > 0) {
      throw configError(
        `trust ${JSON.stringify(one)}: it is no address or network such as "10.0.0.0/8"`,
      );
    }
    list.addSubnet(address, length, version === 6 ? "ipv6" : "ipv4");
  }
  return list;
}

function includes(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version > 0 && list.check(address, version === 6 ? "ipv6" : "ipv4");
}
