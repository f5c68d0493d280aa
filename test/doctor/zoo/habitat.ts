// Healthy set-ups, each from the files we ship, for the zoo to break.
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { APACHE_FILES } from "../../../src/doctor/apache/load.ts";
import type { Question } from "../../../src/doctor/context.ts";
import { apacheMain } from "../../../src/init/main-apache.ts";
import { installation } from "../../support/servers/installation.ts";
import { Sandbox } from "../../support/servers/sandbox.ts";
import { builtRelayText, builtText, relayText } from "./built.ts";
import type { Furniture } from "./machine.ts";

/** Ways to host an application that nothing is wrong with. */
export const HOMES = [
  "cgi",
  "script",
  "node",
  "htaccess",
  "fcgid",
  "fcgid-htaccess",
  "module",
  "built",
  "relay",
  "built-relay",
] as const;
export type Home = (typeof HOMES)[number];

export const HELLO = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};
`;
/** Plain CGI, without TSGI. */
export const PLAIN = `#!/usr/bin/env node
console.log("Content-Type: text/plain\\n\\nhello");
`;

/** A set-up in a sandbox, and the question about it. */
export class Habitat {
  readonly home: Home;
  readonly sandbox: Sandbox = new Sandbox();
  /** The program. */
  readonly file: string;
  /** Apache's main file, and what it includes. */
  readonly config: string;
  readonly site: string;
  question: Question;
  readonly #asked: Question;
  furniture: Furniture = {};
  /** Things to end with it. */
  readonly closers: (() => unknown)[] = [];

  constructor(home: Home, port = 8080) {
    const { sandbox } = this;
    this.home = home;
    this.file = join(sandbox.app, PROGRAMS[home]);
    const main = apacheMain(sandbox, port, undefined);
    this.site = sandbox.write(
      "site.conf",
      sandbox.shipped(SITES[home], main.replacements),
    );
    this.config = sandbox.write("main.conf", main.text(this.site));
    this.question = {
      file: this.file,
      apacheConfig: home === "module" ? undefined : this.config,
      path: sandbox.env.PATH,
      user: sandbox.account?.user,
    };
    this.#asked = this.question;
    this.furnish();
  }

  /** Puts all files that belong to it in their places, as new. */
  furnish(): void {
    const { sandbox, home, file } = this;
    this.question = this.#asked;
    this.furniture = {};
    rmSync(join(sandbox.app, ".htaccess"), { force: true });
    rmSync(join(sandbox.app, "node_modules"), { force: true, recursive: true });
    symlinkSync(installation().modules, join(sandbox.app, "node_modules"));
    for (const folder of [sandbox.root, sandbox.app]) chmodSync(folder, 0o755);
    for (const folder of ["app/cgi-bin", "app/public"]) {
      rmSync(join(sandbox.root, folder), { recursive: true, force: true });
      mkdirSync(join(sandbox.root, folder));
      chmodSync(join(sandbox.root, folder), 0o755);
    }
    mkdirSync(join(sandbox.app, "public/static"));
    sandbox.write("app/package.json", '{ "type": "module" }\n');
    sandbox.write("app/app.js", HELLO);
    this.program(textOf(sandbox, home));
    if (home === "node") sandbox.write("app/cgi-bin/package.json", "{}\n");
    if (home === "htaccess" || home === "fcgid-htaccess") {
      const name = home === "htaccess" ? "cgi" : "fcgid";
      sandbox.write(
        "app/public/.htaccess",
        sandbox.shipped(`apache/${name}.htaccess`),
      );
    }
    if (home === "module") chmodSync(file, 0o644);
  }

  /** Hides Apache's configuration, as a hosting company does. */
  hide(): void {
    const files = Object.fromEntries(
      APACHE_FILES.map((file) => [file, undefined]),
    );
    this.furniture = { ...this.furniture, files };
    this.question = { ...this.question, apacheConfig: undefined };
  }

  /** Writes the program. */
  program(text: string, mode = 0o755): void {
    writeFileSync(this.file, text, "latin1");
    chmodSync(this.file, mode);
  }

  /** Changes a file's text; what is to be replaced must be there. */
  edit(path: string, from: string | RegExp, to: string): void {
    const text = readFileSync(path, "latin1");
    const changed = text.replace(from, () => to);
    if (changed === text) throw new Error(`${path} has no ${from}`);
    writeFileSync(path, changed, "latin1");
  }

  /** Writes a file below the application's folder, folders made. */
  write(path: string, text: string | Uint8Array, mode = 0o644): string {
    const target = join(this.sandbox.app, path);
    mkdirSync(join(target, ".."), { recursive: true });
    writeFileSync(target, text);
    chmodSync(target, mode);
    return target;
  }

  async remove(): Promise<void> {
    for (const close of this.closers) await close();
    this.sandbox.remove();
  }
}

/** Where each has its program, below /srv/app. */
const PROGRAMS: Readonly<Record<Home, string>> = {
  cgi: "cgi-bin/app.cgi",
  script: "cgi-bin/hello.cgi",
  node: "cgi-bin/plain.cgi",
  htaccess: "public/app.cgi",
  fcgid: "app.fcgi",
  "fcgid-htaccess": "public/app.fcgi",
  module: "app.js",
  built: "cgi-bin/app.cgi",
  relay: "cgi-bin/app.cgi",
  "built-relay": "cgi-bin/app.cgi",
};

const SITES: Readonly<Record<Home, string>> = {
  cgi: "apache/cgi.conf",
  script: "apache/cgi.conf",
  node: "apache/cgi.conf",
  htaccess: "test/interop/shared-host.conf",
  fcgid: "apache/fcgid.conf",
  "fcgid-htaccess": "test/interop/shared-host.conf",
  module: "apache/cgi.conf",
  built: "apache/cgi.conf",
  relay: "apache/cgi.conf",
  "built-relay": "apache/cgi.conf",
};

function textOf(sandbox: Sandbox, home: Home): string {
  switch (home) {
    case "cgi":
      return sandbox.shipped("apache/app.cgi");
    case "script":
      return `#!/usr/bin/env tsgi-cgi\n${HELLO}`;
    case "node":
      return PLAIN;
    case "htaccess":
      return sandbox.shipped("apache/app.cgi", { "--mount /app": "--mount /" });
    case "fcgid":
      return sandbox.shipped("apache/app.fcgi");
    case "fcgid-htaccess":
      return sandbox.shipped("apache/app.fcgi", {
        "--mount /app": "--mount /",
      });
    case "module":
      return HELLO;
    case "built":
      return builtText(HELLO);
    case "relay":
      return relayText(sandbox);
    case "built-relay":
      return builtRelayText(sandbox, HELLO);
  }
}
