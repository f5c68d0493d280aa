import { join } from "node:path";
import { CHECKOUT } from "../../support/servers/installation.ts";
import type { Case } from "./case.ts";
import { type Habitat, HELLO } from "./habitat.ts";

/** A node that says of itself what `version` is. */
function oldNode(habitat: Habitat, version: string): void {
  const report = JSON.stringify([
    version,
    "83",
    "linux",
    process.arch,
    "2.36",
    false,
  ]);
  habitat.furniture = {
    programs: { "/node -e const": { status: 0, stdout: report } },
  };
}

export const machineCases: readonly Case[] = [
  {
    name: "Node is of a distribution's last release",
    home: "cgi",
    code: "NODE_OUTDATED",
    act: (habitat) => oldNode(habitat, "18.20.4"),
  },
  {
    name: "Node is a little too old",
    home: "node",
    code: "NODE_OUTDATED",
    act: (habitat) => oldNode(habitat, "20.11.1"),
  },
  {
    name: "Node runs no TypeScript, and optional packages were left out",
    home: "cgi",
    code: "TYPESCRIPT_UNREADABLE",
    act: (habitat) => {
      habitat.edit(habitat.file, "app.js", "app.ts");
      habitat.write("app.ts", HELLO);
      oldNode(habitat, "20.19.5");
      const tsx = ["node_modules/tsx", "../node_modules/tsx"].map((path) => [
        join(CHECKOUT, path),
        undefined,
      ]);
      habitat.furniture = {
        ...habitat.furniture,
        files: Object.fromEntries(tsx),
      };
    },
  },
  {
    name: "Node is too new for the system",
    home: "cgi",
    code: "NODE_BROKEN",
    act: (habitat) => {
      const stderr =
        "node: /lib64/libc.so.6: version `GLIBC_2.28' not found (required by node)\n";
      habitat.furniture = { programs: { "/node -e": { status: 1, stderr } } };
    },
  },
  {
    name: "the account's address space is limited, so that Node does not start",
    home: "cgi",
    code: "ADDRESS_SPACE",
    act: limits(
      "Max address space         104857600            104857600            bytes",
    ),
  },
  {
    name: "the account's processes are limited",
    home: "cgi",
    code: "PROCESS_LIMIT",
    act: limits(
      "Max processes             25                   25                   processes",
    ),
  },
  {
    name: "the inodes are used up",
    home: "cgi",
    code: "INODES_LOW",
    act: (habitat) => {
      habitat.furniture = { inodes: { all: 250_000, free: 312 } };
    },
  },
  {
    name: "SELinux forbids executable memory",
    home: "cgi",
    code: "SELINUX_EXECMEM",
    act: (habitat) => {
      const files = {
        "/sys/fs/selinux/enforce": "1",
        "/sys/fs/selinux/booleans/httpd_execmem": "0 0",
      };
      habitat.furniture = { files };
    },
  },
];

function limits(line: string): Case["act"] {
  return (habitat) => {
    habitat.furniture = { files: { "/proc/self/limits": `${line}\n` } };
  };
}
