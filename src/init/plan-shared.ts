// Shared hosting: files below a document root which the host has configured.
import { dirname, join } from "node:path";
import { madeBy, type Plan, type Step, type Target, TEXT } from "./plan.ts";
import { cgiProgram, exampleUrl, restart } from "./plan-apache.ts";
import { type Changes, localised } from "./shipped.ts";
import type { Site } from "./site.ts";

/** What needs neither root nor the server's configuration. */
export const sharedTargets: Readonly<Record<string, Target>> = {
  htaccess: {
    server: "apache",
    isProcess: false,
    isCgi: true,
    isShared: "root",
    plan: planHtaccess,
  },
  cpanel: {
    server: "apache",
    isProcess: false,
    isCgi: true,
    isShared: "home",
    plan: planCpanel,
  },
};

function planHtaccess(site: Site): Plan {
  const { output } = site;
  const program = join(output, "app.cgi");
  const text = localised(
    "apache/cgi.htaccess",
    madeBy("htaccess", site),
    rewriteBase(site),
  );
  return {
    files: [
      { path: join(output, ".htaccess"), text, mode: TEXT },
      cgiProgram(program, "htaccess", site),
    ],
    steps: last("htaccess", site, program, output),
  };
}

function planCpanel(site: Site): Plan {
  const { output, folder, mount } = site;
  const served = join(output, "public_html", mount).replace(/\/$/, "");
  const program = join(served, "cgi-bin/app.cgi");
  const htaccess = localised("apache/cgi.htaccess", madeBy("cpanel", site), {
    ...rewriteBase(site),
    "RewriteRule ^ app.cgi [L]": "RewriteRule ^ cgi-bin/app.cgi [L]",
  });
  return {
    files: [
      { path: join(served, ".htaccess"), text: htaccess, mode: TEXT },
      cgiProgram(program, "cpanel", site),
      {
        path: join(folder, "tmp/restart.txt"),
        text: RESTART,
        mode: TEXT,
        isOnlyIfMissing: true,
      },
      {
        path: join(folder, ".gitattributes"),
        text: ATTRIBUTES,
        mode: TEXT,
        isOnlyIfMissing: true,
      },
    ],
    steps: last("cpanel", site, program, served),
  };
}

/** Without it Apache takes the folder's path for one of a URL, below an alias or a user's directory. */
function rewriteBase({ mount }: Site): Changes {
  return mount === "/"
    ? {}
    : { "RewriteEngine On": `RewriteEngine On\nRewriteBase ${mount}/` };
}

const RESTART =
  "Touch this file after an upload: processes that stay are replaced.\n";
const ATTRIBUTES = `# Programs of a web server must not get the line ends of Windows.
*.cgi text eol=lf
*.fcgi text eol=lf
.htaccess text eol=lf
`;

function last(
  target: string,
  site: Site,
  program: string,
  served: string,
): Step[] {
  const { folder, mount, application, exported } = site;
  const inside = `${folder}/`.startsWith(`${served}/`);
  const move: Step[] = inside
    ? [
        {
          text: `Move the application out of ${served}: what is in there anybody can download. Then run init again.`,
        },
      ]
    : [];
  return [
    ...move,
    {
      text: `Ask for ${exampleUrl(site)} with a browser. If it does not answer:`,
      commands: [`tsgi doctor ${program}`],
    },
    stay(target, site),
    {
      text: "A host without a shell takes one file that has everything inside; upload it in the place of app.cgi, with the same .htaccess:",
      commands: [
        `tsgi build${site.relay ? " --resident" : ""} --mount ${mount} ${application}${exported} -o ${join(dirname(program), "app.cgi")}`,
      ],
    },
  ];
}

/** How to replace the process that stays, or to have one. */
function stay(target: string, site: Site): Step {
  const { relay, folder, node, mount, output, application, exported } = site;
  if (relay !== undefined) {
    const isThere = target === "cpanel";
    return restart(join(folder, isThere ? "tmp/restart.txt" : "restart.txt"));
  }
  return {
    text: "Each request starts a process. If the host lets one stay, it becomes many times as fast (docs/resident-cgi.md):",
    commands: [
      `tsgi init ${target} --resident --force --node ${node} --mount ${mount} --output ${output} ${application}${exported}`,
    ],
  };
}
