// Other people's applications, told by what they have, and turned into ours. Loaded only for those.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Application } from "../../common/types.ts";
import { catchRejections } from "./catch-rejections.ts";

/** An application of ours, and what it was. */
export interface Recognised {
  readonly application: Application;
  /** `"an application of Express (a function with handle, use and set)"` */
  readonly what: string;
}

/** Who speaks to an application: node:http, or the Fetch standard. */
export type Adapter = "node" | "fetch";

type Found = Readonly<Record<string, (...args: unknown[]) => unknown>>;
type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

interface Shape {
  readonly name: string;
  readonly type: "function" | "object";
  /** Methods that tell it from the rows below. */
  readonly methods: readonly string[];
  readonly adapter: Adapter;
  /** What the adapter takes. @param file the application's */
  prepare(found: Found, file: string): unknown;
}

/** The first that fits is taken: each is more particular than those below it. */
const SHAPES: readonly Shape[] = [
  {
    name: "an application of Nest",
    type: "object",
    methods: ["init", "getHttpAdapter"],
    adapter: "node",
    async prepare(nest, file) {
      await nest.init?.();
      const http = nest.getHttpAdapter?.() as Found | undefined;
      const inner = http?.getInstance?.();
      return shapeOf(inner)?.prepare(inner as Found, file) ?? inner;
    },
  },
  {
    name: "an application of Fastify",
    type: "object",
    methods: ["ready", "routing"],
    adapter: "node",
    async prepare(fastify) {
      await fastify.ready?.();
      return fastify.routing;
    },
  },
  {
    name: "an application of Koa",
    type: "object",
    methods: ["callback", "listen"],
    adapter: "node",
    prepare: (koa) => koa.callback?.(),
  },
  {
    name: "an HTTP server",
    type: "object",
    methods: ["closeIdleConnections", "emit"],
    adapter: "node",
    prepare: (server) => listenerOf(server as unknown as Server),
  },
  {
    name: "an application of Express",
    type: "function",
    methods: ["handle", "use", "set"],
    adapter: "node",
    prepare: (express) => express,
  },
  {
    name: "an application of Connect",
    type: "function",
    methods: ["handle", "use", "listen"],
    adapter: "node",
    prepare: (connect) => connect,
  },
  {
    name: "a fetch handler",
    type: "object",
    methods: ["fetch"],
    adapter: "fetch",
    prepare: (handler) => handler,
  },
  {
    name: "a fetch handler",
    type: "function",
    methods: ["fetch"],
    adapter: "fetch",
    prepare: (handler) => handler,
  },
  {
    name: "an application of H3",
    type: "object",
    methods: ["handler", "use", "resolve"],
    adapter: "node",
    prepare(app, file) {
      const { toNodeListener } = lentH3() ?? requireH3(file);
      return toNodeListener?.(app);
    },
  },
];

/** Whether it is something of a framework, rather than a plain function or none of our business. */
export function isFramework(found: unknown, adapter?: Adapter): boolean {
  return shapeOf(found, adapter) !== undefined;
}

/** Turns what {@link isFramework} is true of into an application. */
export async function recognise(
  found: unknown,
  file: string,
  adapter?: Adapter,
): Promise<Recognised | undefined> {
  const shape = shapeOf(found, adapter);
  if (shape === undefined) return undefined;
  const inner = await shape.prepare(found as Found, file);
  const has = shape.methods.join(" and ");
  return {
    application: await adapt(inner, shape.adapter),
    what: `${shape.name} (${shape.type === "function" ? "a function" : "an object"} with ${has})`,
  };
}

/** @param inner a function, or an object with `fetch` */
export async function adapt(
  inner: unknown,
  adapter: Adapter,
): Promise<Application> {
  if (adapter === "node") {
    const { fromNode } = await import("../../adapters/node.ts");
    return fromNode(inner as Parameters<typeof fromNode>[0]);
  }
  const { fromFetch } = await import("../../adapters/fetch.ts");
  return fromFetch(inner as Parameters<typeof fromFetch>[0]);
}

/** Passes requests on as a server of node:http does, so that listeners added later have them, too. */
export function listenerOf(server: Server): Listener {
  // Where the listener is Express, fromNode looks for these.
  const [first] = server.listeners("request") as unknown as Partial<Found>[];
  const prototypes = { request: first?.request, response: first?.response };
  catchRejections(server, async (request, error) => {
    const { failRequest } = await import("../../adapters/node.ts");
    failRequest(request, error);
  });
  const forward: Listener = (request, response) => {
    const expected = request.headers.expect;
    const waits = expected !== undefined && /100-continue/i.test(expected);
    const heard = server.listenerCount("checkContinue") > 0;
    server.emit(
      waits && heard ? "checkContinue" : "request",
      request,
      response,
    );
  };
  return Object.assign(forward, prototypes);
}

/** In a built file, what `tsgi build` has the package leave there. */
function lentH3(): Found | undefined {
  return Reflect.get(globalThis, Symbol.for("tsgi.h3"));
}

function requireH3(file: string): Found {
  const { createRequire } = process.getBuiltinModule("node:module");
  return createRequire(file)("h3");
}

function shapeOf(found: unknown, adapter?: Adapter): Shape | undefined {
  if (found === null || found === undefined) return undefined;
  const members = found as Found;
  return SHAPES.find(
    ({ type, methods, adapter: own }) =>
      typeof found === type &&
      (adapter === undefined || own === adapter) &&
      methods.every((name) => typeof members[name] === "function"),
  );
}
