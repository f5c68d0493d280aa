import type { CodeRow } from "./row.ts";

/** Codes of {@link permissionCodes}. */
export type PermissionCode =
  | "NOT_EXECUTABLE"
  | "NOT_READABLE"
  | "FOLDER_CLOSED"
  | "NOEXEC_MOUNT"
  | "WRITABLE_BY_OTHERS"
  | "FOLDER_WRITABLE_BY_OTHERS"
  | "SETUID_BIT"
  | "OWNER_DIFFERS"
  | "OUTSIDE_SUEXEC_ROOT"
  | "UID_TOO_SMALL";

/** Who may do what, with the rules of suEXEC. */
export const permissionCodes: Readonly<Record<PermissionCode, CodeRow>> = {
  NOT_EXECUTABLE: {
    level: "error",
    title: "the file may not be executed",
    causes: [
      {
        cause: "an upload rarely keeps the permission",
        proof: 'ls -l FILE; the log has "Permission denied: exec of"',
        cure: "chmod 755",
      },
    ],
    fixable: true,
  },
  NOT_READABLE: {
    level: "error",
    title: "the web server's user may not read the file",
    causes: [
      {
        cause:
          "a script is read by its interpreter, as the user the web server runs programs as",
        proof: 'ls -l FILE; the log has "Permission denied" or EACCES',
        cure: "chmod a+r",
      },
    ],
    fixable: true,
  },
  FOLDER_CLOSED: {
    level: "error",
    title: "the web server's user may not enter a folder on the way",
    causes: [
      {
        cause:
          "every folder on a path needs the x bit for whoever follows it; homes often lack it",
        proof: "namei -l FILE shows each folder",
        cure: "chmod a+x that folder: all users of the machine can then read what is in it and open to all, where they know its name; root's home stays closed, and what is to be served is moved out of it",
      },
    ],
    fixable: true,
  },
  NOEXEC_MOUNT: {
    level: "error",
    title: "the file system is mounted noexec",
    causes: [
      {
        cause: "the kernel starts no program from it, whatever the permissions",
        proof: "findmnt -T FILE",
        cure: "put the file elsewhere, or have the option removed",
      },
    ],
  },
  WRITABLE_BY_OTHERS: {
    level: "warning",
    title: "others may write to the program",
    causes: [
      {
        cause:
          'whoever can change it runs code as the web server; suEXEC refuses to run it ("file is writable by others")',
        proof: "ls -l FILE; suexec.log",
        cure: "chmod go-w",
      },
    ],
    fixable: true,
  },
  FOLDER_WRITABLE_BY_OTHERS: {
    level: "warning",
    title: "others may write to the program's folder",
    causes: [
      {
        cause:
          'whoever can replace the program runs code as the web server; suEXEC refuses it ("directory is writable by others")',
        proof: "ls -ld FOLDER; suexec.log",
        cure: "chmod go-w",
      },
    ],
    fixable: true,
  },
  SETUID_BIT: {
    level: "error",
    title: "the program is setuid or setgid",
    causes: [
      {
        cause:
          'suEXEC refuses it ("file is either setuid or setgid"); for a script the bits mean nothing anyway',
        proof: "ls -l FILE; suexec.log",
        cure: "chmod u-s,g-s",
      },
    ],
    fixable: true,
  },
  OWNER_DIFFERS: {
    level: "error",
    title: "program or folder do not belong to suEXEC's user and group",
    causes: [
      {
        cause:
          'suEXEC runs a program only for its owner ("target uid/gid mismatch")',
        proof: "ls -ld FOLDER FILE; suexec.log",
        cure: "chown both to the user and group of SuexecUserGroup",
      },
    ],
    fixable: true,
  },
  OUTSIDE_SUEXEC_ROOT: {
    level: "error",
    title: "the program is outside of the folder suEXEC is confined to",
    causes: [
      {
        cause:
          'suEXEC was built, or configured, with one document root ("command not in docroot")',
        proof: "suexec -V, or the first line of /etc/apache2/suexec/USER",
        cure: "move the program below it, or change that line",
      },
    ],
  },
  UID_TOO_SMALL: {
    level: "error",
    title: "suEXEC runs nothing for a user or group with so small a number",
    causes: [
      {
        cause:
          'the numbers of system accounts are refused ("cannot run as forbidden uid")',
        proof: "id USER; suexec -V shows AP_UID_MIN and AP_GID_MIN",
        cure: "name an ordinary user in SuexecUserGroup",
      },
    ],
  },
};
