// The private directory of a relay, and what is going on in it (docs/resident-cgi.md).
import { join } from "node:path";
import type { Context } from "../context.ts";
import type { FileFacts, Machine } from "../machine.ts";
import { probe, type Speech } from "./probe.ts";
import { isRoots, runNamed } from "./trust.ts";

/** A directory that a relay has made. */
export interface Residence {
  readonly directory: string;
  /** Of the directory itself, not of what a link leads to. */
  readonly facts: FileFacts;
}

/** The process that stays: `"unknown"` to who may not look. */
export type Tenant =
  | { readonly state: "unknown" | "none" | "starting" }
  | { readonly state: "staying"; readonly speech: Speech }
  /** It has listened, and ended without taking its files away. */
  | { readonly state: "killed"; readonly log: string }
  /** It never has. */
  | { readonly state: "failed"; readonly tries: number; readonly log: string };

/** Takes the lock if it is free, as relays do, for a moment: 0 then, 1 where somebody holds it. Nobody can lead root to another file. */
const IS_HELD =
  "use Fcntl; sysopen L, $ARGV[0], O_RDONLY | O_NOFOLLOW | O_NONBLOCK or exit 2; -f L or exit 2; exit !flock L, 5";
/** Where systems have it; a relay's own may be anybody's. */
const PERLS = ["/usr/bin/perl", "/usr/local/bin/perl"];
/** Bytes of a log. */
const LOG = 1_048_576;

/** Undefined where the relay has not made one. @param script the relay's file */
export function residenceOf(
  machine: Machine,
  base: string,
  uid: number,
  script: string,
): Residence | undefined {
  const identity = machine.identity(script);
  if (identity === undefined) return undefined;
  const name = `.tsgi-${uid}-${identity.device}-${identity.inode}`;
  for (const folder of [base, ...privateOnes(machine, base)]) {
    const directory = join(folder, name);
    const facts = machine.linkFacts(directory);
    if (facts !== undefined) return { directory, facts };
  }
  return undefined;
}

/** Not of a file that a link leads to. */
function ownText(machine: Machine, path: string): string {
  const isFile = machine.linkFacts(path)?.kind === "file";
  return (isFile ? machine.text(path, LOG) : undefined) ?? "";
}

/** What a service with PrivateTmp has in the place of /tmp; only root sees into it. */
function privateOnes(machine: Machine, base: string): string[] {
  return (machine.names(base) ?? [])
    .filter((name) => name.startsWith("systemd-private-"))
    .map((name) => join(base, name, "tmp"));
}

/** Who lives there. */
export async function tenantOf(
  context: Context,
  directory: string,
): Promise<Tenant> {
  const { machine, program } = context;
  if (machine.names(directory) === undefined) return { state: "unknown" };
  const lock = join(directory, "lock");
  const socket = join(directory, "s");
  const facts = machine.linkFacts(lock);
  if (facts === undefined) return { state: "none" };
  const perl =
    PERLS.find((each) => isRoots(machine, each)) ??
    program?.firstLine?.interpreter;
  if (facts.kind !== "file" || !perl) return { state: "unknown" };
  const outcome = await runNamed(context, perl, ["-e", IS_HELD, lock]);
  const status = outcome?.status;
  const tries = facts.size;
  const hasListened = machine.facts(socket) !== undefined;
  if (status === 1) {
    if (!hasListened) return { state: "starting" };
    return { state: "staying", speech: await probe(socket) };
  }
  // It may have left meanwhile, in good order.
  const isThere = machine.facts(lock) !== undefined;
  if (status !== 0 || !isThere) return { state: "unknown" };
  const log = ownText(machine, join(directory, "log"));
  if (hasListened) return { state: "killed", log };
  return tries > 0 ? { state: "failed", tries, log } : { state: "none" };
}
