/** One way in which something comes about: how to see that it is this one, and what to do about it. */
export interface Cause {
  /** A sentence without a full stop. */
  readonly cause: string;
  /** A command or a look that tells this cause from others. */
  readonly proof: string;
  /** Exact steps. */
  readonly cure: string;
  /**
   * The messages that mean this cause and no other, as {@link Template}s. What one names, as
   * `<socket>`, may stand in `proof` and `cure`, too.
   */
  readonly says?: readonly string[];
}

/** What there is to know about a code, or about a line of a log. */
export interface Entry {
  /** As people look it up: `"LISTEN"`, `"nginx-refused"`, `"EACCES"`. */
  readonly id: string;
  /** Whose word it is: `"tsgi"`, a web server, `"system"`, `"node"`. */
  readonly source: string;
  /** A phrase without a full stop. */
  readonly title: string;
  /** Whose doing it is, where that can be said. */
  readonly whose?: string;
  /** What it means, where the title does not say it all. Sentences. */
  readonly means?: string;
  /** What a visitor sees. */
  readonly visitor?: string;
  /** The status with which the process ends, where it ends. */
  readonly exit?: string;
  /** Options that have to do with it, as flags. */
  readonly options?: readonly string[];
  /** The messages that mean this, whichever its cause, as {@link Template}s. */
  readonly says?: readonly string[];
  /** The most frequent first. */
  readonly causes: readonly Cause[];
}

/** Entries by these ids. */
export type Rows<Id extends string> = Readonly<Record<Id, EntryRow>>;

/** Entries by their ids, all of one source. */
export type Table = Rows<string>;

/** An entry but for what its table tells. */
export type EntryRow = Omit<Entry, "id" | "source">;
