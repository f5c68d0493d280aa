// As whom the process runs. Root may bind any address and then become somebody who may do little.
import { TsgiError } from "../common/errors.ts";
import { type Account, findAccount, numberOf } from "./accounts.ts";

/** What was asked for: names or numbers. */
export interface IdentityOptions {
  readonly user: string | undefined;
  readonly group: string | undefined;
  /** Whether root may serve. */
  readonly allowRoot: boolean;
}

/** Whom to become. */
export interface Identity {
  /** Undefined where only the group changes. */
  readonly uid: number | undefined;
  readonly gid: number;
  /** The user's line in the database, where it has one: it decides on further groups and the home. */
  readonly account: Account | undefined;
}

/**
 * Whom to become; undefined to stay who we are.
 *
 * @throws {TsgiError} `CONFIG` where there is no such user or group, where this process may not become it,
 *   and where it would serve as root though nobody has allowed that
 */
export function chooseIdentity(options: IdentityOptions): Identity | undefined {
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  const identity = identityOf(options);
  const uid = identity?.uid ?? own;
  if (uid === 0 && !options.allowRoot) {
    throw refusal(
      "Cannot serve as root: whoever finds a fault in the application would own this machine; name a user, such as --user www-data, or insist by --allow-root",
    );
  }
  if (identity === undefined) return undefined;
  const isSame = uid === own && identity.gid === process.getgid?.();
  if (isSame) return undefined;
  if (own !== 0) {
    throw refusal(
      `Cannot become ${wanted(options)}: this process runs as user ${own}; start it as root, or leave ${options.user === undefined ? "--group" : "--user"} out`,
    );
  }
  return identity;
}

/** Becomes it for good: also for root there is no way back. Everything that takes root is done before. */
export function assumeIdentity({ uid, gid, account }: Identity): void {
  // Node has it, its types do not.
  const { initgroups, setgroups, setgid, setuid } =
    process as typeof process & {
      initgroups?: (user: string, extraGroup: number) => void;
    };
  if (account === undefined) setgroups?.([gid]);
  else initgroups?.(account.name, gid);
  setgid?.(gid);
  if (uid !== undefined) setuid?.(uid);
}

function identityOf({ user, group }: IdentityOptions): Identity | undefined {
  if (user === undefined && group === undefined) return undefined;
  const account = user === undefined ? undefined : findAccount(user);
  const uid = user === undefined ? undefined : numberOf("passwd", user);
  if (user !== undefined && uid === undefined) throw unknown("user", user);
  const gid = group === undefined ? account?.gid : numberOf("group", group);
  if (gid !== undefined) return { uid, gid, account };
  if (group !== undefined) throw unknown("group", group);
  throw new TsgiError(
    "CONFIG",
    `Cannot become user ${user}: the system does not know its group; name one by --group`,
  );
}

function wanted({ user, group }: IdentityOptions): string {
  return user === undefined ? `group ${group}` : `user ${user}`;
}

function unknown(kind: string, name: string): TsgiError {
  return new TsgiError(
    "CONFIG",
    `Cannot become ${kind} ${JSON.stringify(name)}: there is none of that name; getent ${kind === "user" ? "passwd" : "group"} lists them`,
  );
}

function refusal(message: string): TsgiError {
  const cause = Object.assign(new Error("not permitted"), { code: "EPERM" });
  return new TsgiError("CONFIG", message, { cause });
}
