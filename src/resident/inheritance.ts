/** What relay.pl hands on to the responder it starts. */
export interface Inheritance {
  /** The descriptor of the lock, which is held as long as that is open. */
  readonly lock: number;
  /** The private directory. */
  readonly directory: string;
  /** The file of the relay, as the web server named it. */
  readonly script: string;
}

const NAME = "TSGI_RESIDE";

/**
 * Takes the inheritance out of the environment; undefined where there is none, so that nobody is a
 * responder. It is not on the command line, for there a client may write (RFC 3875, section 4.4).
 */
export function takeInheritance(
  environment: NodeJS.ProcessEnv,
): Inheritance | undefined {
  const [, lock, directory, script] =
    /^(\d+):([^:]+):(.+)$/s.exec(environment[NAME] ?? "") ?? [];
  delete environment[NAME];
  if (!lock || !directory || !script) return undefined;
  return { lock: Number(lock), directory, script };
}
