import { dirname, join } from "node:path";
import { madeBy, type Plan, type Target, TEXT } from "./plan.ts";
import { localised } from "./shipped.ts";
import type { Site } from "./site.ts";

/** The process behind a socket, for any of the web servers. */
export const systemdTarget: Target = {
  server: "systemd",
  isProcess: true,
  plan: planSystemd,
};

function planSystemd(site: Site): Plan {
  const { name, group, socket, output, mount } = site;
  const text = localised("systemd/app.service", madeBy("systemd", site), {
    "Description=app,": `Description=${name},`,
    "User=app": `User=${name}`,
    "Group=www-data": `Group=${group}`,
    "/run/app, for the socket, and /var/lib/app,": `${dirname(socket)}, for the socket, and /var/lib/${name},`,
    "RuntimeDirectory=app": folderOfSocket(site),
    "StateDirectory=app": `StateDirectory=${name}`,
    "/srv/app/node_modules/.bin/tsgi-fcgi --workers auto --socket /run/app/app.sock --mount / /srv/app/app.js": `${site.node} ${site.commands}/tsgi-fcgi --workers auto --socket ${socket} --mount ${mount} ${site.application}${site.exported}`,
    "ProtectHome=yes": isAtHome(site) ? AT_HOME : "ProtectHome=yes",
  });
  const path = join(output, `${name}.service`);
  return {
    files: [{ path, text, mode: TEXT }],
    steps: [
      {
        text: "systemd starts it now, and whenever the machine starts:",
        commands: [
          `useradd --system ${name}`,
          `cp ${path} /etc/systemd/system/${name}.service`,
          `systemctl daemon-reload && systemctl enable --now ${name}`,
          `tsgi request --socket ${socket} GET ${mount}`,
        ],
      },
      {
        text: "After an upload of the application, without losing a request:",
        commands: [`systemctl reload ${name}`],
      },
      {
        text: "A web server passes requests on to the socket: tsgi init nginx, apache-proxy-fcgi, lighttpd or haproxy.",
      },
    ],
  };
}

const AT_HOME =
  "# The application, or Node, is in a home folder.\nProtectHome=read-only";

/** systemd makes /run/name; a socket that is elsewhere needs a folder which may be written to. */
function folderOfSocket({ name, socket }: Site): string {
  const folder = dirname(socket);
  return folder === `/run/${name}`
    ? `RuntimeDirectory=${name}`
    : `ReadWritePaths=${folder}`;
}

function isAtHome({ application, node, commands }: Site): boolean {
  return [application, node, commands].some((path) =>
    /^\/(?:home|root|run\/user)\//.test(path),
  );
}
