// What the checks look at: the machine, and what is asked about, with all that follows from it.
import { resolve } from "node:path";
import { type Layers, layersOf } from "./apache/layers.ts";
import {
  type ApacheConfig,
  loadApache,
  usualApacheFile,
} from "./apache/load.ts";
import { accountNames, type Place, placeOf } from "./apache/place.ts";
import { type Account, accountOf, usualWebAccount } from "./facts/accounts.ts";
import { type Program, programOf } from "./facts/program.ts";
import type { Identity, Machine } from "./machine.ts";

/** What is asked about; at least one of the first three. */
export interface Question {
  /** A program for a web server, or an application. */
  readonly file?: string | undefined;
  readonly socket?: string | undefined;
  readonly url?: string | undefined;
  /** Apache's main file; where distributions have it unless given. */
  readonly apacheConfig?: string | undefined;
  /** nginx's main file, likewise. */
  readonly nginxConfig?: string | undefined;
  /** Whom the web server runs programs as. */
  readonly user?: string | undefined;
  /** The PATH of the web server. */
  readonly path?: string | undefined;
  /** Whether suEXEC's rules are to be kept though no configuration says so. */
  readonly suexec?: boolean | undefined;
  /** Whether to run the program, or the application. */
  readonly run?: boolean | undefined;
  /** Whether the URL is that of a stream, whose parts come one by one. */
  readonly stream?: boolean | undefined;
}

/** The same, with what is known of it. */
export interface Context extends Question {
  readonly machine: Machine;
  /** Undefined where no user of a web server is known. */
  readonly account: Account | undefined;
  readonly path: string;
  readonly program: Program | undefined;
  readonly apache: ApacheConfig | undefined;
  /** Whether somebody named the configuration, so that the file ought to be in it. */
  readonly isApacheNamed: boolean;
  /** Where Apache has the file. */
  readonly place: Place | undefined;
  readonly layers: Layers | undefined;
  /** User and group of suEXEC, where Apache runs the program by it. */
  readonly suexecAccount: readonly [user: string, group: string] | undefined;
}

/** What a web server has where nothing else is known: that of CGI programs in most systems. */
export const NAKED_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Finds out what all checks need. */
export function contextOf(machine: Machine, question: Question): Context {
  const file = question.file === undefined ? undefined : resolve(question.file);
  const apacheFile = question.apacheConfig ?? usualApacheFile(machine);
  const apache =
    apacheFile === undefined
      ? undefined
      : loadApache(machine, resolve(apacheFile));
  const place =
    apache === undefined || file === undefined
      ? undefined
      : placeOf(apache, file);
  const names = apache && accountNames(apache, place);
  const owner =
    question.suexec && file !== undefined
      ? machine.facts(file)?.uid
      : undefined;
  const user =
    question.user ??
    names?.suexec?.[0] ??
    (owner === undefined ? names?.user : `#${owner}`);
  return {
    ...question,
    machine,
    file,
    socket:
      question.socket === undefined ? undefined : resolve(question.socket),
    account:
      (user === undefined ? undefined : accountOf(machine, user)) ??
      usualWebAccount(machine),
    path:
      question.path ??
      (question.suexec || names?.suexec ? undefined : pathOf(apache, place)) ??
      NAKED_PATH,
    program: file === undefined ? undefined : programOf(machine, file),
    apache,
    isApacheNamed: question.apacheConfig !== undefined,
    place,
    layers:
      place === undefined || file === undefined
        ? undefined
        : layersOf(machine, place, file, apache?.modules),
    suexecAccount: names?.suexec,
  };
}

/** Whom root becomes to run what is a site's: the web server's account, or the file's owner where none is known; undefined to stay who we are. */
export function siteIdentity({
  machine,
  account,
  program,
}: Context): Identity | undefined {
  if (machine.uid !== 0) return undefined;
  const facts = program && machine.facts(program.file);
  const { uid, gid } = account ?? facts ?? {};
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/** What Apache's own environment, or SetEnv, has for programs; suEXEC lets none of it through. */
function pathOf(
  apache: ApacheConfig | undefined,
  place: Place | undefined,
): string | undefined {
  const set = place?.directives.findLast(
    ({ name, args }) => name === "setenv" && args[0] === "PATH",
  );
  return set?.args[1] ?? apache?.environment.get("PATH");
}
