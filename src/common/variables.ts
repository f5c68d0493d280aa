/**
 * The variables of a request as a front end received them: bytes as Latin-1 strings, one code
 * unit a byte. Without a prototype, since the peer chooses the names.
 */
export type Variables = Record<string, string | undefined>;

const NO_NAME = /[\0-\x1f\x7f=]/;

/** None yet. */
export function emptyVariables(): Variables {
  return Object.create(null);
}

/** Whether only the server itself may use a name. */
export function isReserved(name: string): boolean {
  return name.startsWith("tsgi.");
}

/** Whether an environment could have a variable of that name. */
export function isVariableName(name: string): boolean {
  return !NO_NAME.test(name);
}
