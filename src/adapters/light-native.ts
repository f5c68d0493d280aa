// The way to Node's own classes: once they are no globals any more, there is none but fetch().

/** What is known of them. */
export interface Native {
  readonly fetch: typeof globalThis.fetch;
  /** Undefined until fetch() has answered: before that nobody has one. */
  Response?: typeof globalThis.Response;
  Headers?: typeof globalThis.Headers;
}

let native: Native = { fetch: globalThis.fetch };

/** To be called before fetch is replaced by one that takes light Requests. */
export function useNative(known: Native): void {
  native = known;
}

/** Node's own fetch(). */
export async function nativeFetch(
  input: string,
  init: RequestInit,
): Promise<Response> {
  const response = await native.fetch(input, init);
  learn(native, response);
  return response;
}

/** Tells the classes by a response. */
export function learn(known: Native, response: Response): void {
  known.Response = response.constructor as typeof Response;
  known.Headers = response.headers.constructor as typeof Headers;
}

/** A Response of Node, which parses what types of content need. */
export async function nativeResponse(
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Response> {
  const some = await nativeFetch("data:,", {});
  const NativeResponse = some.constructor as typeof Response;
  return new NativeResponse(bytes, { headers });
}

/** Makes what is of Node's class, as fetch() answers it, an instance of the light one, too. */
export function acceptNative(
  light: object,
  name: "Response" | "Headers",
): void {
  const isInstance = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(light, Symbol.hasInstance, {
    value(value: unknown): boolean {
      if (isInstance.call(this, value)) return true;
      const own = native[name];
      // Not of classes derived from it.
      return this === light && own !== undefined && value instanceof own;
    },
  });
}
