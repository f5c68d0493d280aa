// Users and groups, from whatever the system keeps them in: files, LDAP, systemd.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A line of the user database: passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Its first group. */
  readonly gid: number;
  readonly home: string;
}

/** By name or number; undefined where there is none. */
export function findAccount(user: string | number): Account | undefined {
  const [name, , uid, gid, , home] = entry("passwd", user) ?? [];
  if (name === undefined) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home ?? "" };
}

/** The number of a user or group, which may be one already; undefined where there is none of that name. */
export function numberOf(
  database: "passwd" | "group",
  name: string | number,
): number | undefined {
  if (isNumber(name)) return Number(name);
  const number = entry(database, name)?.[2];
  return number === undefined ? undefined : Number(number);
}

function entry(
  database: "passwd" | "group",
  name: string | number,
): readonly string[] | undefined {
  const key = isNumber(name) ? 2 : 0;
  return lines(database, String(name))
    .map((line) => line.split(":"))
    .find((fields) => fields[key] === String(name));
}

/** getent(1) knows them all. Where it is missing the file has to do. */
function lines(database: string, name: string): readonly string[] {
  try {
    return execFileSync("getent", [database, name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return [];
  }
  try {
    return readFileSync(`/etc/${database}`, "utf8").split("\n");
  } catch {
    return [];
  }
}

function isNumber(name: string | number): boolean {
  return /^[0-9]+$/.test(String(name));
}
