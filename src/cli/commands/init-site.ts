// From the command line of tsgi init to paths and names.
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "../../init/plan.ts";
import { checkSite, type Site } from "../../init/site.ts";
import {
  apacheRootAt,
  type Surroundings,
  webGroup,
} from "../../init/surroundings.ts";
import { EXIT, UsageError } from "../exit-codes.ts";
import { locateExport, splitSpecifier } from "../loading/load.ts";
import { workingFolder } from "../serving/application-folder.ts";
import { StatusError } from "../status-error.ts";

/** What the command line may say of a site. */
export interface InitFlags {
  readonly output?: string;
  readonly mount: string;
  readonly socket?: string;
  readonly public?: string;
  readonly domain: string;
  readonly group?: string;
  readonly name?: string;
  readonly node?: string;
}

const BIN = fileURLToPath(new URL("../../../bin", import.meta.url));
const STEMS = ["app", "server", "index", "main"];
const EXTENSIONS = ["ts", "mts", "js", "mjs", "cjs"];
/** Where a node keeps its name when it is upgraded. */
const LASTING = ["/usr/bin/node", "/usr/local/bin/node"];

/** The folder of the user, as the shell has it. */
export function homeFolder(): string {
  return process.env.HOME ?? homedir();
}

/** @throws {UsageError}, {StatusError}, and {TsgiError} `LOAD` or `CONFIG` for what cannot be used */
export function siteFor(
  name: string,
  target: Target,
  specifier: string | undefined,
  flags: InitFlags,
  surroundings: Surroundings,
): Site {
  const here = workingFolder();
  const at = (path: string): string => resolve(here, path);
  const { application, exported } = locate(specifier, here);
  const folder = dirname(application);
  const own = flags.name ?? nameOf(folder);
  const site: Site = {
    application,
    exported,
    folder,
    name: own,
    node: flags.node === undefined ? thisNode() : at(flags.node),
    commands: commandsNear(folder),
    mount: flags.mount,
    socket:
      flags.socket === undefined ? `/run/${own}/app.sock` : at(flags.socket),
    publicFolder: at(flags.public ?? join(folder, "public")),
    domain: flags.domain,
    group: flags.group ?? webGroup(surroundings, target.server),
    output:
      flags.output === undefined
        ? usualOutput(name, target, folder, here, surroundings)
        : at(flags.output),
  };
  checkSite(site);
  return site;
}

/** By the name it was given, links not followed: a deployment may point them elsewhere. */
function locate(
  specifier: string | undefined,
  here: string,
): Pick<Site, "application" | "exported"> {
  const wanted = specifier ?? usualApplication(here);
  const { file, name } = locateExport(wanted);
  const named = resolve(here, splitSpecifier(wanted).path);
  return {
    application: existsSync(named) ? named : file,
    exported: name === undefined ? "" : `:${name}`,
  };
}

function usualApplication(here: string): string {
  const found = STEMS.flatMap((stem) =>
    EXTENSIONS.map((extension) => join(here, `${stem}.${extension}`)),
  ).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new StatusError(
    EXIT.NO_INPUT,
    `Cannot tell which file is the application: there is no app.js or the like in ${here}; name it behind the target`,
  );
}

function usualOutput(
  name: string,
  target: Target,
  folder: string,
  here: string,
  surroundings: Surroundings,
): string {
  if (target.isShared === undefined) return join(folder, "deploy", name);
  if (target.isShared === "home") return homeFolder();
  const root = apacheRootAt(surroundings, here) ?? surroundings.documentRoot;
  if (root !== undefined) return root;
  throw new UsageError(
    `Cannot tell which folder Apache serves: there is no public_html or the like in ${homeFolder()}; name it with --output`,
  );
}

/** The commands of the package that is installed with the application, else of this one. */
function commandsNear(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const bin = join(at, "node_modules/tsgi/bin");
    if (existsSync(join(bin, "tsgi-cgi"))) return bin;
    if (at === dirname(at)) return BIN;
  }
}

function thisNode(): string {
  const isThis = (path: string): boolean =>
    existsSync(path) && realpathSync(path) === realpathSync(process.execPath);
  return LASTING.find(isThis) ?? process.execPath;
}

function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^\w-]+/g, "-")
    .replace(/^[^a-z_]+/, "")
    .slice(0, 31);
  return name === "" ? "app" : name;
}
