/** The folders a server is tried in, and whom it runs as. */
export interface Ground {
  readonly root: string;
  /** Where `public`, the document root, is. */
  readonly app: string;
  /** For sockets and pid files. */
  readonly run: string;
  readonly log: string;
  /** Undefined where this process is not root's: then everything runs as its user. */
  readonly account: Account | undefined;
  /** Hands a file or folder to `account`. */
  give(path: string): void;
}

/** Whom servers drop their privileges to. */
export interface Account {
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** What the distribution's main file does, done for a {@link Ground}. */
export interface Main {
  /** Text that the shipped file has for its port, and what to put there. */
  readonly replacements: Readonly<Record<string, string>>;
  /** The main file's text; it includes `site`. */
  text(site: string): string;
  /** The arguments that start the program in the foreground. */
  args(main: string, site: string): string[];
}

/** @param certificate a file of certificate and key, where the port is to speak TLS */
export type MainFor = (
  ground: Ground,
  port: number,
  certificate: string | undefined,
) => Main;
