import { basename, join } from "node:path";
import {
  madeBy,
  type Plan,
  PROGRAM,
  type Step,
  startStep,
  type Target,
  TEXT,
  under,
} from "./plan.ts";
import { relayText } from "./relay.ts";
import { localised } from "./shipped.ts";
import type { Site } from "./site.ts";

/** Apache, for who may change its configuration. */
export const apacheTargets: Readonly<Record<string, Target>> = {
  "apache-proxy-fcgi": {
    server: "apache",
    isProcess: true,
    plan: planProxy,
  },
  "apache-fcgid": {
    server: "apache",
    isProcess: false,
    plan: planFcgid,
  },
  "apache-cgi": {
    server: "apache",
    isProcess: false,
    isCgi: true,
    plan: planCgi,
  },
};

function planProxy(site: Site): Plan {
  const { mount, name, socket } = site;
  const text = localised(
    "apache/proxy-fcgi.conf",
    madeBy("apache-proxy-fcgi", site),
    {
      ...shared(site),
      '# "app" after': `# "${name}" after`,
      '  # For a whole site: ProxyPass "/" "unix:/run/app/app.sock|fcgi://app/" ..., and before it\n  # ProxyPass "/static" "!" for what':
        '  # Before it ProxyPass "/static" "!" for what',
      'ProxyPass "/app" "unix:/run/app/app.sock|fcgi://app/app"': `ProxyPass "${mount}" "unix:${socket}|fcgi://${name}${mount}"`,
      '<Location "/app">': `<Location "${mount}">`,
    },
  );
  const file = configuration(site, text);
  return {
    files: [file],
    steps: [startStep(site), enable(site, file.path, "proxy_fcgi")],
  };
}

function planFcgid(site: Site): Plan {
  const { mount, output } = site;
  const program = join(output, "app.fcgi");
  const text = localised("apache/fcgid.conf", madeBy("apache-fcgid", site), {
    ...shared(site),
    '<Location "/app">': `<Location "${mount}">`,
    "/srv/app/app.fcgi": program,
  });
  const file = configuration(site, text);
  return {
    files: [file, responder(program, "apache-fcgid", site)],
    steps: [
      enable(site, file.path, "fcgid"),
      restart(join(site.folder, "tmp/restart.txt")),
    ],
  };
}

function planCgi(site: Site): Plan {
  const { mount, output } = site;
  const folder = join(output, "cgi-bin");
  const program = join(folder, "app.cgi");
  const target = mount === "/" ? `${program}/` : program;
  const text = localised("apache/cgi.conf", madeBy("apache-cgi", site), {
    ...shared(site),
    [PROGRAMS]: `  # ${mount} and everything below it is one program.\n  ScriptAlias "${mount}" "${target}"\n`,
    "<Directory /srv/app/cgi-bin>": `<Directory ${folder}>`,
  });
  const file = configuration(site, text);
  return {
    files: [file, cgiProgram(program, "apache-cgi", site)],
    steps: [
      enable(site, file.path, "cgid"),
      ...(site.relay ? [restart(join(site.folder, "restart.txt"))] : []),
      {
        text: "If it does not answer:",
        commands: [`tsgi doctor ${program}`],
      },
    ],
  };
}

const PROGRAMS = `  # /app and everything below it is one program, ...
  ScriptAlias "/app" "/srv/app/cgi-bin/app.cgi"
  # ... and everything in this directory is one: /cgi-bin/app.cgi, /cgi-bin/app.cgi/path
  ScriptAlias "/cgi-bin/" "/srv/app/cgi-bin/"
`;

/** What a process that stays is told by a new version of the application. */
export function restart(file: string): Step {
  return {
    text: "After an upload of the application:",
    commands: [`touch ${file}`],
  };
}

/** `app.cgi`, by full paths: PATH of a web server is short. */
export function cgiProgram(
  path: string,
  target: string,
  site: Site,
): PlannedProgram {
  const { relay } = site;
  if (relay !== undefined) {
    return { path, text: relayText(site, relay, target), mode: PROGRAM };
  }
  const text = localised("apache/app.cgi", madeBy(target, site), {
    " Copy it where the web server looks for programs, chmod 755.": "",
    "/srv/app/node_modules/.bin/tsgi-cgi --mount /app /srv/app/app.js": line(
      "tsgi-cgi",
      site,
    ),
  });
  return { path, text, mode: PROGRAM };
}

/** `app.fcgi`, which serves the socket it finds on descriptor 0. */
export function responder(
  path: string,
  target: string,
  site: Site,
): PlannedProgram {
  const text = localised("apache/app.fcgi", madeBy(target, site), {
    " Copy it to the application, chmod 755.": "",
    "/srv/app/node_modules/.bin/tsgi-fcgi --mount /app /srv/app/app.js": line(
      "tsgi-fcgi",
      site,
    ),
  });
  return { path, text, mode: PROGRAM };
}

type PlannedProgram = Plan["files"][number];

function line(command: string, site: Site): string {
  const { node, commands, mount, application, exported } = site;
  return `${node} ${join(commands, command)} --mount ${mount} ${application}${exported}`;
}

function shared({ domain, publicFolder }: Site): Record<string, string> {
  return {
    "ServerName www.example.com": `ServerName ${domain}`,
    "DocumentRoot /srv/app/public": `DocumentRoot ${publicFolder}`,
    "<Directory /srv/app/public>": `<Directory ${publicFolder}>`,
  };
}

function configuration({ output, name }: Site, text: string): PlannedProgram {
  return { path: join(output, `${name}.conf`), text, mode: TEXT };
}

function enable(
  { domain, publicFolder, name }: Site,
  path: string,
  module: string,
): Step {
  return {
    text: `Apache serves ${domain} with it once it is among its sites (Debian, Ubuntu; elsewhere copy it to /etc/httpd/conf.d):`,
    commands: [
      `mkdir -p ${publicFolder}`,
      `cp ${path} /etc/apache2/sites-available/${basename(path)}`,
      `a2enmod ${module} && a2ensite ${name}`,
      "apache2ctl configtest && systemctl reload apache2",
    ],
  };
}

/** A path of the site below its mount, as a browser asks for it. */
export function exampleUrl({ domain, mount }: Site): string {
  return `http://${domain}${under(mount, "/")}`;
}
