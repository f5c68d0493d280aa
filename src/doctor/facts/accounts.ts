import type { Machine } from "../machine.ts";

/** Somebody who may or may not do things. */
export interface Account {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** All groups, that of `gid` too. */
  readonly gids: readonly number[];
}

/** Under which names web servers run, the likeliest first. */
const WEB_USERS = [
  "www-data",
  "apache",
  "httpd",
  "nginx",
  "www",
  "http",
  "lighttpd",
];

/** An account by name, or by `#uid` as Apache writes it; undefined where there is none. */
export function accountOf(machine: Machine, user: string): Account | undefined {
  const wanted = user.startsWith("#")
    ? (fields: readonly string[]) => fields[2] === user.slice(1)
    : (fields: readonly string[]) => fields[0] === user;
  const found = entries(machine, "/etc/passwd").find(wanted);
  if (found === undefined) return undefined;
  const [name = user, , uid, gid] = found;
  const gids = entries(machine, "/etc/group")
    .filter(([, , , members = ""]) => members.split(",").includes(name))
    .map(([, , id]) => Number(id));
  return {
    user: name,
    uid: Number(uid),
    gid: Number(gid),
    gids: [Number(gid), ...gids],
  };
}

/** The one whom a web server of this machine usually runs as. */
export function usualWebAccount(machine: Machine): Account | undefined {
  for (const user of WEB_USERS) {
    const account = accountOf(machine, user);
    if (account !== undefined) return account;
  }
  return undefined;
}

/** How people call an owner: by name where there is one. */
export function userName(machine: Machine, uid: number): string {
  const found = entries(machine, "/etc/passwd").find(
    ([, , id]) => id === `${uid}`,
  );
  return found?.[0] ?? `${uid}`;
}

/** The number of a group by name, or by `#gid`. */
export function groupId(machine: Machine, group: string): number | undefined {
  if (group.startsWith("#")) return Number(group.slice(1));
  const found = entries(machine, "/etc/group").find(([name]) => name === group);
  return found === undefined ? undefined : Number(found[2]);
}

function entries(machine: Machine, file: string): string[][] {
  const text = machine.text(file) ?? "";
  return text.split("\n").map((line) => line.split(":"));
}
