// Apache's suEXEC, which runs the programs of a user as that user.
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Sandbox } from "../support/servers/sandbox.ts";
import { startServer } from "../support/servers/server.ts";

/** The document root that Debian's suEXEC is compiled, or configured, for. */
const ROOT = "/var/www";
const PROGRAM = "/usr/lib/apache2/suexec";

/** Why there is no suEXEC, or false. */
export const noSuexec: string | false =
  process.getuid?.() === 0 && existsSync(PROGRAM) ? false : "no suEXEC";

/** The user whose programs it runs: nobody. */
export const USER = 65_534;

/** A folder where it runs programs; still to be given to the user. */
export function suexecFolder(t: TestContext): string {
  const folder = mkdtempSync(join(ROOT, "tsgi-"));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  return folder;
}

/** An Apache with suEXEC. */
export type SuexecServer = "apache-suexec" | "apache-prefork-suexec";

/** What to start other than `app.cgi` of an Apache with threads. */
interface SuexecPlan {
  readonly server?: SuexecServer;
  readonly name?: "app.cgi" | "app.fcgi";
  /** Of its configuration, besides. */
  readonly lines?: string;
}

/** The port of an Apache which has the program in `folder` at /app. */
export async function startSuexec(
  t: TestContext,
  sandbox: Sandbox,
  folder: string,
  { server = "apache-suexec", name = "app.cgi", lines = "" }: SuexecPlan = {},
): Promise<number> {
  const handler = name === "app.fcgi" ? "SetHandler fcgid-script\n" : "";
  const site = sandbox.write(
    "suexec.conf",
    `SuexecUserGroup nobody nogroup\n${lines}ScriptAlias "/app" "${folder}/${name}"\n<Directory ${folder}>\n${handler}Require all granted\n</Directory>\n`,
  );
  const { port, daemon } = await startServer(
    sandbox,
    server,
    "apache/cgi.conf",
    {
      replacements: {
        '  ScriptAlias "/app" "/srv/app/cgi-bin/app.cgi"': `  Include ${site}`,
      },
    },
  );
  t.after(() => daemon.stop());
  return port;
}
