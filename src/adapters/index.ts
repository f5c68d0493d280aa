export {
  type ConnectErrorMiddleware,
  type ConnectMiddleware,
  type ConnectNext,
  fromConnect,
} from "./connect.ts";
export {
  type FetchBindings,
  type FetchContext,
  type FetchFunction,
  type FetchHandler,
  type FetchObject,
  fromFetch,
} from "./fetch.ts";
export {
  environOf,
  fromNode,
  type NodeHandler,
  type NodeOptions,
} from "./node.ts";
export { type ToFetchOptions, toFetch } from "./to-fetch.ts";
export { type NodeListener, type ToNodeOptions, toNode } from "./to-node.ts";
export type { HostOptions } from "./to-options.ts";
