/**
 * The variables of a request as a front end received them: bytes as Latin-1 strings, one code
 * unit a byte. Without a prototype, since the peer chooses the names.
 */
export type Variables = Record<string, string | undefined>;

/** None yet. */
export function emptyVariables(): Variables {
  return Object.create(null);
}
