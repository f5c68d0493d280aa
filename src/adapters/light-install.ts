// Puts light Headers, Request and Response in the place of Node's own, unless somebody needs those.
import { learn, type Native } from "./light-native.ts";

type Light = typeof import("./light-fetch.ts");

const NAMES = ["Headers", "Request", "Response"] as const;

/**
 * For a process that serves one request, before it loads the application: Node's own classes take
 * three times as long to load as Node takes to start. Whoever mentions one of them gets the light one;
 * fetch(), FormData, Blob, WebSocket and all else stay as they are, and load Node's own when they need them.
 *
 * @param load the light classes, when first mentioned
 * @returns whether it was done: not where Node's own are loaded already, or a module was to be loaded first
 */
export function installLightFetch(load: () => Light): boolean {
  if (isTouched()) return false;
  const native: Native = { fetch: globalThis.fetch };
  let light: Light | undefined;
  const loaded = (): Light => {
    if (light === undefined) {
      light = load();
      light.useNative(native);
    }
    return light;
  };
  for (const name of NAMES) {
    // Beforehand, since to redefine it would load it.
    delete (globalThis as Partial<typeof globalThis>)[name];
    define(name, {
      get: () => {
        const value = loaded()[name];
        define(name, { value, writable: true });
        return value;
      },
      set: (value) => define(name, { value, writable: true }),
    });
  }
  globalThis.fetch = async function fetch(input, init = undefined) {
    if (light !== undefined) return light.fetchNatively(input, init);
    const response = await native.fetch(input, init);
    learn(native, response);
    return response;
  };
  return true;
}

function define(name: string, property: PropertyDescriptor): void {
  const attributes = { configurable: true, enumerable: false };
  Object.defineProperty(globalThis, name, { ...attributes, ...property });
}

const PRELOADS =
  /(?:^|\s)(?:-r|--require|--import|--(?:experimental-)?loader)\b/;

/** Whether they are not there, are loaded, or may have been replaced by a module that came first. */
function isTouched(): boolean {
  if (!NAMES.every((name) => name in globalThis)) return true;
  const options = [process.env.NODE_OPTIONS, ...process.execArgv].join(" ");
  if (PRELOADS.test(options)) return true;
  const { moduleLoadList } = process as { moduleLoadList?: readonly string[] };
  // Without the list there is no telling.
  return moduleLoadList?.includes(UNDICI) ?? true;
}

const UNDICI = "NativeModule internal/deps/undici/undici";
