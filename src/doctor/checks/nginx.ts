// What nginx limits, where it passes requests on to the socket.
import type { Context } from "../context.ts";
import type { Found } from "../finding.ts";
import {
  loadNginx,
  type Passing,
  passingsTo,
  type Statement,
  settingOf,
  usualNginxFile,
} from "../nginx.ts";

/** nginx's page size, its default for the head of a response. */
const PAGE = 4096;
const MEBIBYTE = 1024 * 1024;

/** Each `fastcgi_pass` to the socket. */
export function checkNginx({ machine, socket, nginxConfig }: Context): Found[] {
  if (socket === undefined) return [];
  const file = nginxConfig ?? usualNginxFile(machine);
  if (file === undefined) return [];
  const main = loadNginx(machine, file);
  return passingsTo(main, socket).flatMap((passing) => [
    ...limits(passing),
    ...keepalive(passing, main),
  ]);
}

function limits(passing: Passing): Found[] {
  const where = at(passing);
  const found: Found[] = [];
  if (bytes(settingOf(passing, "fastcgi_buffer_size")?.[0], PAGE) <= PAGE) {
    found.push({
      code: "NGINX_HEADERS",
      where,
      what: "a response with more than 4 KiB of headers is answered 502",
      repair: "fastcgi_buffer_size 32k; fastcgi_buffers 8 32k;, beside it",
    });
  }
  const body = bytes(settingOf(passing, "client_max_body_size")?.[0], MEBIBYTE);
  if (body !== 0 && body <= MEBIBYTE) {
    found.push({
      code: "NGINX_UPLOADS",
      where,
      what: "an upload above 1 MiB is answered 413",
      repair: "client_max_body_size 1g;, beside it",
    });
  }
  return found;
}

function keepalive(passing: Passing, main: readonly Statement[]): Found[] {
  const keeps = settingOf(passing, "fastcgi_keep_conn")?.[0] === "on";
  const name = passing.statement.words[1];
  const upstream = upstreams(main).find(({ words }) => words[1] === name);
  const has =
    upstream?.block?.some(({ words }) => words[0] === "keepalive") ?? false;
  if (keeps === has) return [];
  return [
    {
      code: "NGINX_KEEPALIVE",
      where: at(passing),
      what: keeps
        ? "fastcgi_keep_conn is on, and no upstream has keepalive"
        : `upstream ${name} has keepalive, and fastcgi_keep_conn is off`,
      repair: keeps
        ? "upstream app { server unix:…; keepalive 64; }, and fastcgi_pass app;"
        : "fastcgi_keep_conn on;, beside it",
    },
  ];
}

function* descend(list: readonly Statement[]): Generator<Statement> {
  for (const statement of list) {
    yield statement;
    if (statement.block) yield* descend(statement.block);
  }
}

function upstreams(main: readonly Statement[]): Statement[] {
  return [...descend(main)].filter(({ words }) => words[0] === "upstream");
}

function at({ statement: { file, line } }: Passing): string {
  return `${file}:${line}`;
}

/** `32k`, `1m`, `1g` in bytes. */
function bytes(text: string | undefined, assumed: number): number {
  const [, digits, unit = ""] = /^(\d+)([kmg]?)$/i.exec(text ?? "") ?? [];
  if (digits === undefined) return assumed;
  return (
    Number(digits) * 1024 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase())
  );
}
