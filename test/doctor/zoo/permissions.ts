import { chmodSync, chownSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Case } from "./case.ts";
import type { Habitat } from "./habitat.ts";

/** A user of this system who is not the web server's; "games" is one wherever www-data is. */
const GAMES = 5;

/** Makes the configuration say that suEXEC runs the program. */
function withSuexec(habitat: Habitat, user = "www-data", group = user): void {
  const { sandbox, config, site } = habitat;
  habitat.edit(
    config,
    "User ",
    "LoadModule suexec_module /usr/lib/apache2/modules/mod_suexec.so\nUser ",
  );
  habitat.edit(
    site,
    "DocumentRoot",
    `SuexecUserGroup ${user} ${group}\n  DocumentRoot`,
  );
  habitat.question = { ...habitat.question, user: undefined };
  const { uid = 33, gid = 33 } = sandbox.account ?? {};
  for (const path of [dirname(habitat.file), habitat.file])
    chownSync(path, uid, gid);
  habitat.furniture = suexec(sandbox.app, 30);
}

/** What `suexec -V` says. */
function suexec(root: string, least: number): Habitat["furniture"] {
  const stderr = ` -D AP_DOC_ROOT="${root}"\n -D AP_UID_MIN=${least}\n -D AP_GID_MIN=${least}\n`;
  return {
    files: { "/usr/lib/apache2/suexec": "" },
    programs: { "suexec -V": { status: 0, stderr } },
  };
}

export const permissionCases: readonly Case[] = [
  {
    name: "an upload has lost the x bit",
    home: "cgi",
    code: "NOT_EXECUTABLE",
    act: ({ file }) => chmodSync(file, 0o644),
    fixed: true,
    visible: "broken",
  },
  {
    name: "an upload has lost the x bit, below .htaccess",
    home: "htaccess",
    code: "NOT_EXECUTABLE",
    act: ({ file }) => chmodSync(file, 0o644),
    fixed: true,
    visible: "broken",
  },
  {
    name: "an upload has lost the x bit, for mod_fcgid",
    home: "fcgid-htaccess",
    code: "NOT_EXECUTABLE",
    act: ({ file }) => chmodSync(file, 0o644),
    fixed: true,
  },
  {
    name: "the program is its owner's alone",
    home: "script",
    code: "NOT_READABLE",
    act: ({ file }) => chmodSync(file, 0o711),
    fixed: true,
    asRoot: true,
    visible: "broken",
  },
  {
    name: "the application is its owner's alone",
    home: "cgi",
    code: "NOT_READABLE",
    act: ({ sandbox }) => chmodSync(join(sandbox.app, "app.js"), 0o600),
    fixed: true,
    asRoot: true,
    visible: "broken",
  },
  {
    name: "the folder of the program is closed",
    home: "cgi",
    code: "FOLDER_CLOSED",
    act: ({ file }) => chmodSync(dirname(file), 0o700),
    fixed: true,
    asRoot: true,
    visible: "broken",
  },
  {
    name: "the home above is closed",
    home: "htaccess",
    code: "FOLDER_CLOSED",
    act: ({ sandbox }) => chmodSync(sandbox.app, 0o750),
    fixed: true,
    asRoot: true,
    visible: "broken",
  },
  {
    name: "the file system is mounted noexec",
    home: "cgi",
    code: "NOEXEC_MOUNT",
    act: (habitat) => {
      const { root } = habitat.sandbox;
      const mounts = `/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 ${root} ext4 rw,noexec 0 0\n`;
      habitat.furniture = { files: { "/proc/self/mounts": mounts } };
    },
  },
  {
    name: "the program has 0777",
    home: "cgi",
    code: "WRITABLE_BY_OTHERS",
    act: ({ file }) => chmodSync(file, 0o777),
    fixed: true,
    visible: "fine",
  },
  {
    name: "the folder has 0777",
    home: "cgi",
    code: "FOLDER_WRITABLE_BY_OTHERS",
    act: ({ file }) => chmodSync(dirname(file), 0o777),
    fixed: true,
    visible: "fine",
  },
  {
    name: "the group may write to the program, under suEXEC",
    home: "cgi",
    code: "WRITABLE_BY_OTHERS",
    act: (habitat) => {
      withSuexec(habitat);
      chmodSync(habitat.file, 0o775);
    },
    fixed: true,
    asRoot: true,
  },
  {
    name: "the group may write to the folder, under suEXEC",
    home: "cgi",
    code: "FOLDER_WRITABLE_BY_OTHERS",
    act: (habitat) => {
      withSuexec(habitat);
      chmodSync(dirname(habitat.file), 0o775);
    },
    fixed: true,
    asRoot: true,
  },
  {
    name: "the program is setuid, under suEXEC",
    home: "cgi",
    code: "SETUID_BIT",
    act: (habitat) => {
      withSuexec(habitat);
      chmodSync(habitat.file, 0o4755);
    },
    fixed: true,
    asRoot: true,
  },
  {
    name: "root has uploaded the program, under suEXEC",
    home: "cgi",
    code: "OWNER_DIFFERS",
    act: (habitat) => {
      withSuexec(habitat);
      chownSync(habitat.file, GAMES, GAMES);
    },
    fixed: true,
    asRoot: true,
  },
  {
    name: "the program is outside of suEXEC's document root",
    home: "cgi",
    code: "OUTSIDE_SUEXEC_ROOT",
    act: (habitat) => {
      withSuexec(habitat);
      habitat.furniture = suexec("/var/www", 30);
    },
    asRoot: true,
  },
  {
    name: "suEXEC is to run a system account",
    home: "cgi",
    code: "UID_TOO_SMALL",
    act: (habitat) => {
      withSuexec(habitat);
      habitat.furniture = suexec(habitat.sandbox.app, 100);
    },
    asRoot: true,
  },
];
