// nginx, lighttpd and HAProxy before a process that runs by itself.
import { join } from "node:path";
import { madeBy, type Plan, startStep, type Target, TEXT } from "./plan.ts";
import { localised } from "./shipped.ts";
import type { Site } from "./site.ts";

/** Servers that start nothing. */
export const serverTargets: Readonly<Record<string, Target>> = {
  nginx: {
    server: "nginx",
    isProcess: true,
    plan: planNginx,
  },
  lighttpd: {
    server: "lighttpd",
    isProcess: true,
    plan: planLighttpd,
  },
  haproxy: {
    server: "haproxy",
    isProcess: true,
    plan: planHaproxy,
  },
};

function planNginx(site: Site): Plan {
  const { mount, name, socket, output, domain, publicFolder } = site;
  const shared = {
    "root /srv/app/public;": `root ${publicFolder};`,
    "server_name www.example.com;": `server_name ${domain};`,
    "unix:/run/app/app.sock": `unix:${socket}`,
  };
  const title = madeBy("nginx", site);
  const text =
    mount === "/"
      ? localised("nginx/fastcgi.conf", title, shared)
      : localised("nginx/keepalive.conf", title, {
          ...shared,
          "upstream app {": `upstream ${name} {`,
          "fastcgi_pass app;": `fastcgi_pass ${name};`,
          "location /app {": `location ${mount} {`,
          "^(/app)(/?.*)$": `^(${mount})(/?.*)$`,
        });
  const path = join(output, `${name}.conf`);
  return {
    files: [{ path, text, mode: TEXT }],
    steps: [
      startStep(site),
      {
        text: `nginx serves ${domain} with it once it is among its sites (Debian, Ubuntu; elsewhere copy it to /etc/nginx/conf.d):`,
        commands: [
          `mkdir -p ${publicFolder}`,
          `cp ${path} /etc/nginx/sites-enabled/${name}.conf`,
          "nginx -t && systemctl reload nginx",
        ],
      },
    ],
  };
}

function planLighttpd(site: Site): Plan {
  const { mount, name, socket, output } = site;
  const text = localised("lighttpd/fastcgi.conf", madeBy("lighttpd", site), {
    "/run/app/app.sock": socket,
    ...(mount === "/"
      ? { ' For "/app" leave it out.': "" }
      : {
          '$HTTP["url"] !~ "^/static/" {': `$HTTP["url"] =~ "^${mount}(/|$)" {`,
          'fastcgi.server = ( "/" =>': `fastcgi.server = ( "${mount}" =>`,
          [FIX_ROOT]: "",
        }),
  });
  const path = join(output, `${name}.conf`);
  return {
    files: [{ path, text, mode: TEXT }],
    steps: [
      startStep(site),
      {
        text: "lighttpd reads it from its folder of configurations (Debian, Ubuntu; elsewhere include it in lighttpd.conf):",
        commands: [
          `cp ${path} /etc/lighttpd/conf-enabled/50-${name}.conf`,
          "lighttpd -tt -f /etc/lighttpd/lighttpd.conf && systemctl restart lighttpd",
        ],
      },
    ],
  };
}

const FIX_ROOT = `,
    # Without it the first part of a path becomes SCRIPT_NAME. For "/app" leave it out.
    "fix-root-scriptname" => "enable"`;

function planHaproxy(site: Site): Plan {
  const { mount, name, socket, output, publicFolder } = site;
  const text = localised("haproxy/fcgi-app.cfg", madeBy("haproxy", site), {
    "unix@/run/app/app.sock": `unix@${socket}`,
    "docroot /srv/app/public": `docroot ${publicFolder}`,
    ...(mount !== "/" && {
      "default_backend app": `use_backend app if { path ${mount} } || { path_beg ${mount}/ }`,
    }),
  });
  const path = join(output, `${name}.cfg`);
  return {
    files: [{ path, text, mode: TEXT }],
    steps: [
      startStep(site),
      {
        text: "Put it into HAProxy's file: its sections global and defaults are there already and want these lines, the others are new.",
        commands: [
          `haproxy -c -f /etc/haproxy/haproxy.cfg -f ${path}`,
          "systemctl reload haproxy",
        ],
      },
    ],
  };
}
