// Whether Apache runs the program at all: modules, handler, ExecCGI, access.
import { basename, dirname, extname, join } from "node:path";
import type { OverrideClass } from "../apache/directives.ts";
import {
  accessOf,
  handlerOf,
  optionsOf,
  passesAuthorization,
} from "../apache/in-force.ts";
import type { Place } from "../apache/place.ts";
import type { Context } from "../context.ts";
import type { Fix, Found } from "../finding.ts";
import { addToHtaccess } from "../repair.ts";
import { quoted } from "../shell.ts";

/** The configuration as a whole. */
export async function checkApacheConfig({
  machine,
  apache,
  isApacheNamed,
  program,
}: Context): Promise<Found[]> {
  if (apache === undefined) return [];
  const found: Found[] = apache.mistakes.map(({ file, line, what }) => ({
    code: "APACHE_CONFIG_BROKEN",
    where: `${file}:${line}`,
    what,
    repair: `correct it; apache2ctl -t tells when it is right`,
  }));
  if (found.length > 0 || isApacheNamed || program === undefined) return found;
  // Its own judgement, of the file it takes by itself; only root sees all of it.
  const { status, stderr } = await machine.run("apache2ctl", ["-t"]);
  const [, line, file] = /on line (\d+) of (\S+?):?$/m.exec(stderr) ?? [];
  if (status !== 1 || file === undefined) return [];
  return [
    {
      code: "APACHE_CONFIG_BROKEN",
      where: `${file}:${line}`,
      what:
        stderr
          .split("\n")
          .find((each) => each !== "" && !each.startsWith("AH00526")) ??
        "apache2ctl -t refuses it",
      repair: "correct it; apache2ctl -t tells when it is right",
    },
  ];
}

/** What happens to a request for the program. */
export function checkApache(context: Context): Found[] {
  const { apache, place, layers, program, isApacheNamed, url } = context;
  if (apache === undefined || program === undefined || program.isModule)
    return [];
  const { file } = program;
  if (place === undefined || layers === undefined) {
    if (!isApacheNamed && url !== undefined) return [];
    return [
      {
        code: "NO_URL",
        level: isApacheNamed ? "error" : "hint",
        where: file,
        what: `no DocumentRoot, Alias or ScriptAlias of ${apache.file} leads to it`,
        repair: `ScriptAlias "/app" ${JSON.stringify(file)}, in a <VirtualHost>`,
      },
    ];
  }
  const { access, by } = accessOf(layers.layers);
  if (access === "denied") {
    const isHtaccess = by !== undefined && basename(by.file) === ".htaccess";
    return [
      {
        code: "ACCESS_DENIED",
        where: at(by ?? place),
        what: `Require all denied is in force for ${dirname(file)}`,
        // Not by --fix: somebody may want it so.
        repair: isHtaccess
          ? `sed -i '${by.line}d' ${quoted(by.file)}`
          : lineFor(context, "Require all granted", "AuthConfig").repair,
      },
    ];
  }
  const handler = handlerOf(layers.layers, file, place);
  if (handler === undefined) {
    const extension = extname(file) || ".cgi";
    const name = extension === ".fcgi" ? "fcgid-script" : "cgi-script";
    return [
      {
        code: "NO_HANDLER",
        where: file,
        what: `Apache sends it like any file: nothing says that ${extension} is a program`,
        ...lineFor(context, `AddHandler ${name} ${extension}`, "FileInfo"),
      },
    ];
  }
  const missing = missingModule(context, handler);
  if (missing !== undefined) return [missing];
  const isProgram = /^(?:cgi|fcgid)-script$/.test(handler);
  if (
    isProgram &&
    place.via !== "scriptalias" &&
    !optionsOf(layers.layers).has("execcgi")
  ) {
    return [
      {
        code: "EXECCGI_OFF",
        where: file,
        what: "Options ExecCGI is off for its folder, so that Apache answers 403",
        ...lineFor(context, "Options +ExecCGI", "Options"),
      },
    ];
  }
  if (!isProgram || passesAuthorization(layers.layers)) return [];
  return [
    {
      code: "AUTHORIZATION_WITHHELD",
      where: at(place),
      what: "CGIPassAuth is off, so that logins by HTTP (Basic, Bearer) do not reach the application",
      ...lineFor(context, "CGIPassAuth On", "AuthConfig"),
    },
  ];
}

/** The repair by a line: of .htaccess where that is allowed to have it, else of the server's own configuration. */
function lineFor(
  { layers, program, place, machine }: Context,
  line: string,
  needed: OverrideClass,
): { repair: string; fix?: Fix } {
  const folder = dirname(program?.file ?? "/");
  if (place?.via === "fcgidwrapper") {
    return { repair: `${line}, in <Location "${place.url}"> of ${place.file}` };
  }
  const isServed = place?.via === "documentroot" || place?.via === "userdir";
  if (!isServed || !layers?.override.classes.has(needed)) {
    return { repair: `${line}, in <Directory ${folder}> of ${place?.file}` };
  }
  const path = join(folder, ".htaccess");
  const owner = machine.facts(folder)?.uid;
  const isOurs = machine.uid === 0 || machine.uid === owner;
  return {
    repair: `echo ${quoted(line)} >> ${quoted(path)}`,
    ...(isOurs ? { fix: addToHtaccess(path, line, folder) } : {}),
  };
}

/** What each handler is of. */
const HANDLERS: Readonly<Record<string, readonly string[]>> = {
  "cgi-script": ["cgid_module", "cgi_module"],
  "fcgid-script": ["fcgid_module"],
};

function missingModule(
  { apache, place }: Context,
  handler: string,
): Found | undefined {
  const wanted = /^proxy:.*fcgi:/.test(handler)
    ? ["proxy_fcgi_module"]
    : HANDLERS[handler];
  const { modules } = apache ?? {};
  if (wanted === undefined || modules === undefined) return undefined;
  if (wanted.some((name) => modules.has(name))) return undefined;
  const [name = ""] = wanted;
  return {
    code: "APACHE_MODULE_MISSING",
    where: apache?.file ?? "",
    what: `the handler ${handler} is of mod_${name.replace("_module", "")}, which is not loaded (${place?.url})`,
    repair: `a2enmod ${name.replace("_module", "")} && systemctl restart apache2`,
  };
}

function at({ file, line }: Pick<Place, "file" | "line">): string {
  return `${file}:${line}`;
}
