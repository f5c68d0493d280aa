// The database, a file of SQLite. Several processes may use it at the same time: under CGI each
// request is one.
import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * @typedef {object} Entry
 * @property {number} id
 * @property {number} written milliseconds since 1970
 * @property {string} name
 * @property {string} message
 * @property {string | null} picture the name of its file
 */

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    written INTEGER NOT NULL,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    picture TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS secrets (id INTEGER PRIMARY KEY, secret BLOB NOT NULL) STRICT;
  INSERT OR IGNORE INTO secrets VALUES (1, randomblob(32));
`;

export class Store {
  #folder;
  /** @type {import("node-sqlite3-wasm").Database | undefined} */
  #database;
  /** @type {Uint8Array | undefined} */
  #secret;

  /** @param {string} folder made when it is first needed */
  constructor(folder) {
    this.#folder = folder;
  }

  /** Made with the database, so all processes have the same. */
  get secret() {
    this.#secret ??= /** @type {Uint8Array} */ (
      this.#open().get("SELECT secret FROM secrets WHERE id = 1")?.secret
    );
    return this.#secret;
  }

  /** @param {Omit<Entry, "id">} entry */
  add({ written, name, message, picture }) {
    this.#open().run(
      "INSERT INTO entries (written, name, message, picture) VALUES (?, ?, ?, ?)",
      [written, name, message, picture],
    );
  }

  /**
   * The newest first. By number and not by page, so that nothing moves while somebody turns the pages.
   *
   * @param {number} before the id that all of them are below
   * @param {number} limit
   */
  entries(before, limit) {
    const rows = this.#open().all(
      "SELECT * FROM entries WHERE id < ? ORDER BY id DESC LIMIT ?",
      [before, limit],
    );
    return /** @type {Entry[]} */ (/** @type {unknown} */ (rows));
  }

  count() {
    return Number(this.#open().get("SELECT count(*) AS n FROM entries")?.n);
  }

  close() {
    this.#database?.close();
    this.#database = undefined;
  }

  #open() {
    const path = join(this.#folder, "guestbook.db");
    removeStaleLock(`${path}.lock`);
    if (this.#database === undefined) {
      // Not before: a CGI process that sends a picture should not load all of SQLite.
      const { Database } = /** @type {typeof import("node-sqlite3-wasm")} */ (
        require("node-sqlite3-wasm")
      );
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
      this.#database = new Database(path);
      this.#database.exec(`PRAGMA busy_timeout = 5000; ${SCHEMA}`);
    }
    return this.#database;
  }
}

// A statement of ours takes milliseconds.
const STALE_MS = 30_000;

/**
 * This SQLite locks by making a folder, which stays where a process is killed in the middle.
 *
 * @param {string} lock
 */
function removeStaleLock(lock) {
  if (!isStale(lock)) return;
  const turn = `${lock}.stale`;
  try {
    // One process at a time, and a second look, or we might remove the lock somebody has made since.
    mkdirSync(turn);
  } catch {
    return;
  }
  try {
    if (isStale(lock)) rmdirSync(lock);
  } finally {
    rmdirSync(turn);
  }
}

/** @param {string} path */
function isStale(path) {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made > STALE_MS;
}
