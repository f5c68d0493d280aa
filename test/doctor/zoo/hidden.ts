import { chmodSync, chownSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Case } from "./case.ts";
import type { Habitat } from "./habitat.ts";

const htaccess = ({ sandbox }: Habitat, name = ".htaccess"): string =>
  join(sandbox.app, "public", name);
const renamed =
  (name: string) =>
  (habitat: Habitat): void =>
    renameSync(htaccess(habitat), htaccess(habitat, name));
const instead = (line: string, other: string) => (habitat: Habitat) =>
  habitat.edit(htaccess(habitat), `\n${line}\n`, `\n${other}\n`);

/** What is still seen where the host lets nobody read Apache's configuration. */
export const hiddenCases: readonly Case[] = (
  [
    {
      name: ".htaccess was not uploaded",
      code: "HTACCESS_MISSING",
      level: "warning",
      act: (habitat) => rmSync(htaccess(habitat)),
      visible: "broken",
    },
    ...["htaccess.txt", ".htaccess.txt", "cgi.htaccess", ".htacess"].map(
      (name): Partial<Case> => ({
        name: `.htaccess is called ${name}`,
        code: "HTACCESS_MISSING",
        level: "error",
        act: renamed(name),
        fixed: true,
        visible: "broken",
      }),
    ),
    {
      name: ".htaccess is its owner's alone",
      code: "HTACCESS_UNREADABLE",
      act: (habitat) => {
        chownSync(htaccess(habitat), 0, 0);
        chmodSync(htaccess(habitat), 0o600);
      },
      fixed: true,
      asRoot: true,
      visible: "broken",
    },
    {
      name: "a directive is misspelt",
      code: "HTACCESS_UNKNOWN",
      level: "error",
      act: instead("Options +ExecCGI", "Optoins +ExecCGI"),
      visible: "broken",
    },
    {
      name: "a line is of nobody that is known",
      code: "HTACCESS_UNKNOWN",
      level: "warning",
      act: instead("Options +ExecCGI", "Options +ExecCGI\nBogus x"),
      visible: "broken",
    },
    {
      name: "settings of PHP are left",
      code: "HTACCESS_MODULE_MISSING",
      level: "warning",
      act: instead(
        "Options +ExecCGI",
        "Options +ExecCGI\nphp_value memory_limit 1",
      ),
      visible: "broken",
    },
    {
      name: "a line of LiteSpeed's stands outside of <IfModule>",
      code: "HTACCESS_UNKNOWN",
      level: "warning",
      act: instead("Options +ExecCGI", "Options +ExecCGI\nCacheLookup on"),
      visible: "broken",
    },
    {
      name: "a line of LiteSpeed's has a name of Apache's, which is not for .htaccess",
      code: "HTACCESS_UNKNOWN",
      level: "warning",
      act: instead(
        "Options +ExecCGI",
        "Options +ExecCGI\nCacheDisable public /x",
      ),
      visible: "broken",
    },
    {
      name: "the rule leads to a program of another name",
      code: "REWRITE_TARGET_MISSING",
      act: instead("RewriteRule ^ app.cgi [L]", "RewriteRule ^ /index.cgi [L]"),
      visible: "broken",
    },
    {
      name: "the group may write to the program",
      code: "WRITABLE_BY_OTHERS",
      level: "warning",
      act: ({ file }) => chmodSync(file, 0o775),
      fixed: true,
    },
    {
      name: "the group may write to the folder",
      code: "FOLDER_WRITABLE_BY_OTHERS",
      level: "warning",
      act: ({ file }) => chmodSync(dirname(file), 0o775),
      fixed: true,
    },
  ] satisfies readonly Partial<Case>[]
).map((each) => ({
  ...(each as Case),
  name: `${each.name}, and Apache's configuration is hidden`,
  home: "htaccess",
  act: (habitat) => {
    habitat.hide();
    return each.act?.(habitat);
  },
}));
