export {
  type FetchBindings,
  type FetchContext,
  type FetchFunction,
  type FetchHandler,
  type FetchObject,
  fromFetch,
} from "./fetch.ts";
