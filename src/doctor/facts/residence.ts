// The private directory of a relay, and what is going on in it (docs/resident-cgi.md).
import { join } from "node:path";
import type { FileFacts, Machine } from "../machine.ts";
import { probe, type Speech } from "./probe.ts";

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

/** Takes the lock if it is free, as relays do, for a moment: 0 then, 1 where somebody holds it. */
const IS_HELD = 'open L, "<", $ARGV[0] or exit 2; exit !flock L, 5';
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

/** What a service with PrivateTmp has in the place of /tmp; only root sees into it. */
function privateOnes(machine: Machine, base: string): string[] {
  return (machine.names(base) ?? [])
    .filter((name) => name.startsWith("systemd-private-"))
    .map((name) => join(base, name, "tmp"));
}

/** Who lives there. @param perl the relay's */
export async function tenantOf(
  machine: Machine,
  directory: string,
  perl: string,
): Promise<Tenant> {
  if (machine.names(directory) === undefined) return { state: "unknown" };
  const lock = join(directory, "lock");
  const socket = join(directory, "s");
  const tries = machine.facts(lock)?.size;
  if (tries === undefined) return { state: "none" };
  const { status } = await machine.run(perl, ["-e", IS_HELD, lock]);
  const hasListened = machine.facts(socket) !== undefined;
  if (status === 1) {
    if (!hasListened) return { state: "starting" };
    return { state: "staying", speech: await probe(socket) };
  }
  // It may have left meanwhile, in good order.
  const isThere = machine.facts(lock) !== undefined;
  if (status !== 0 || !isThere) return { state: "unknown" };
  const log = machine.text(join(directory, "log"), LOG) ?? "";
  if (hasListened) return { state: "killed", log };
  return tries > 0 ? { state: "failed", tries, log } : { state: "none" };
}
