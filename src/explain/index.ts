export type { Cause, Entry, EntryRow, Table } from "./entry.ts";
export { type Finding, findByName, findInLine } from "./find.ts";
export { entries, type Source, sources } from "./registry.ts";
