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

/**
 * None yet, and room for what makes an environ of them: V8 copies this literal as a whole, where it
 * would enlarge the table several times to add the same keys one by one (bench/micro/environ.ts).
 */
export function roomyVariables(): Variables {
  return {
    // @ts-expect-error: TypeScript takes it for a key, the language does not.
    __proto__: null,
    "tsgi.version": undefined,
    "tsgi.url_scheme": undefined,
    "tsgi.input": undefined,
    "tsgi.errors": undefined,
    "tsgi.multithread": undefined,
    "tsgi.multiprocess": undefined,
    "tsgi.run_once": undefined,
    "tsgi.concurrent": undefined,
    "tsgi.input_terminated": undefined,
    "tsgi.signal": undefined,
    "tsgi.quirks": undefined,
    "tsgi.cleanup": undefined,
    "tsgi.file_wrapper": undefined,
  };
}

/** Whether only the server itself may use a name. */
export function isReserved(name: string): boolean {
  return name.startsWith("tsgi.");
}

/** Whether an environment could have a variable of that name. */
export function isVariableName(name: string): boolean {
  return !NO_NAME.test(name);
}
