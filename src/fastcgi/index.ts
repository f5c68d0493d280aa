export type { FastcgiOptions } from "./options.ts";
export type { Role } from "./protocol.ts";
export {
  type CloseOptions,
  type FastcgiServer,
  type ServerLoad,
  serve,
} from "./serve.ts";
