// The socket: whether it is there, whether the web server gets to it, and who answers.
import { FcgiClient } from "../../client/fastcgi.ts";
import { variablesFor } from "../../client/variables.ts";
import { TsgiError } from "../../common/errors.ts";
import type { Context } from "../context.ts";
import { ACCESS, may, octal } from "../facts/access.ts";
import { userName } from "../facts/accounts.ts";
import { probe, type Speech } from "../facts/probe.ts";
import { tellingLine } from "../facts/said.ts";
import type { Found } from "../finding.ts";
import { changeMode } from "../repair.ts";
import { quoted } from "../shell.ts";
import { closed, mayChange } from "./permissions.ts";

/** Milliseconds for `GET /`. */
const PATIENCE = 10_000;

/** All that can be told without connecting. */
export function checkSocket(context: Context): Found[] {
  const { machine, socket, account } = context;
  if (socket === undefined) return [];
  const facts = machine.facts(socket);
  if (facts === undefined) {
    return [
      {
        code: "SOCKET_MISSING",
        where: socket,
        what: "there is no such socket",
        repair: `tsgi-fcgi --socket ${quoted(socket)}${account ? ` --socket-group ${account.user}` : ""} app.js`,
      },
    ];
  }
  if (facts.kind !== "socket") {
    return [
      {
        code: "SOCKET_KIND",
        where: socket,
        what: `it is a ${facts.kind}`,
        repair:
          "choose another path for the socket, in the command and in the web server's configuration",
      },
    ];
  }
  if (account === undefined) return [];
  const found = closed(context, socket, account);
  if (found.length > 0 || may(account, facts, ACCESS.WRITE)) return found;
  const isGroups = account.gids.includes(facts.gid);
  return [
    {
      code: "SOCKET_FORBIDDEN",
      where: socket,
      what: `${account.user} may not write to it: its mode is ${octal(facts.mode)}, its owner ${userName(machine, facts.uid)}`,
      repair: isGroups
        ? `chmod 660 ${quoted(socket)}; tsgi-fcgi --socket-mode 660 keeps it so`
        : `chgrp ${account.gid} ${quoted(socket)} && chmod 660 ${quoted(socket)}; tsgi-fcgi --socket-group keeps it so`,
      fix:
        isGroups && mayChange(context, facts.uid)
          ? changeMode(socket, 0o660)
          : undefined,
    },
  ];
}

/** Folders of which services may have their own. */
const TEMPORARY = /^(?:\/var)?\/tmp\//;
const UNITS = ["apache2", "httpd", "nginx", "lighttpd", "haproxy"];
const UNIT_FOLDERS = [
  "/etc/systemd/system",
  "/lib/systemd/system",
  "/usr/lib/systemd/system",
];

/** A /tmp that is not the web server's. */
export function checkPrivateTmp({ machine, socket }: Context): Found[] {
  if (socket === undefined || !TEMPORARY.test(socket)) return [];
  const unit = UNIT_FOLDERS.flatMap((folder) =>
    UNITS.map((name) => `${folder}/${name}.service`),
  ).find((path) =>
    /^PrivateTmp=(?:true|yes|on|1)\b/im.test(machine.text(path) ?? ""),
  );
  return [
    {
      code: "SOCKET_IN_TMP",
      level: unit === undefined ? "warning" : "error",
      where: socket,
      what:
        unit === undefined
          ? "services often have a /tmp of their own, and do not see it"
          : `${unit} has PrivateTmp=true, so that this server does not see it`,
      repair: `a folder below /run, as RuntimeDirectory=app and --socket /run/app/app.sock`,
    },
  ];
}

/** Who answers at it, and what. */
export async function checkAnswer({ socket }: Context): Promise<Found[]> {
  if (socket === undefined) return [];
  const speech = await probe(socket);
  return speech === "fastcgi"
    ? askApplication(socket)
    : [unfit(socket, speech)];
}

function unfit(socket: string, speech: Exclude<Speech, "fastcgi">): Found {
  const where = socket;
  switch (speech) {
    case "refused":
    case "gone":
      return {
        code: "SOCKET_STALE",
        where,
        what: "nobody listens there; its process has died",
        repair: `tsgi-fcgi --socket ${quoted(socket)} app.js, which replaces it`,
      };
    case "forbidden":
      return {
        code: "SOCKET_FORBIDDEN",
        where,
        what: "you may not connect to it",
        repair: "run tsgi doctor as root, or as a user of its group",
      };
    case "http":
      return {
        code: "SOCKET_HTTP",
        where,
        what: "an HTTP server answers there, and the web server speaks FastCGI",
        repair:
          "start the program by tsgi-fcgi, as tsgi-fcgi --socket … server.js: it listens in its place",
      };
    case "silent":
      return {
        code: "SOCKET_SILENT",
        where,
        what: "it accepts connections and answers neither FastCGI nor HTTP within two seconds",
        repair: `ss -xlp | grep ${quoted(socket)} shows its process; restart that`,
      };
    default:
      return {
        code: "SOCKET_FOREIGN",
        where,
        what:
          speech === "closed"
            ? "it closes connections without an answer"
            : "its answer is not FastCGI",
        repair: `ss -xlp | grep ${quoted(socket)} shows whose it is; choose another path`,
      };
  }
}

async function askApplication(socket: string): Promise<Found[]> {
  const here = { address: "127.0.0.1", port: 80 };
  const variables = variablesFor(
    {
      method: "GET",
      target: "/",
      version: "1.1",
      headers: [["Host", "localhost"]],
      server: here,
      client: here,
    },
    "",
  );
  let errors = "";
  try {
    const { status, reason, body } = await new FcgiClient({
      path: socket,
    }).request({
      variables: variables ?? {},
      signal: AbortSignal.timeout(PATIENCE),
      onErrors: (text) => {
        errors += Buffer.from(text).toString("utf8");
      },
    });
    body.on("error", () => {}).destroy();
    if (status < 500) return [];
    const said = tellingLine(errors);
    return [
      {
        code: "SOCKET_ERROR",
        where: socket,
        what: `GET / is answered ${status} ${reason}${said ? `: ${said}` : ""}`,
        repair: `tsgi request --socket ${quoted(socket)} GET / shows all it says`,
      },
    ];
  } catch (error) {
    const isLate = TsgiError.is(error) && error.code === "ABORTED";
    return [
      {
        code: isLate ? "SOCKET_SILENT" : "SOCKET_FOREIGN",
        where: socket,
        what: isLate
          ? "GET / is not answered within ten seconds"
          : (error as Error).message,
        repair: `tsgi request --socket ${quoted(socket)} GET / shows it`,
      },
    ];
  }
}
