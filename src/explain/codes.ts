import type { TsgiErrorCode } from "../common/errors.ts";
import { applicationCodes } from "./codes-application.ts";
import { builtCodes } from "./codes-built.ts";
import { lifeCodes } from "./codes-life.ts";
import { loadCodes } from "./codes-load.ts";
import { peerCodes } from "./codes-peer.ts";
import { setupCodes } from "./codes-setup.ts";
import type { EntryRow } from "./entry.ts";

/** A row for each code an error of ours can have; the compiler misses none. */
export const codes: Readonly<Record<TsgiErrorCode, EntryRow>> = {
  ...peerCodes,
  ...applicationCodes,
  ...lifeCodes,
  ...setupCodes,
  ...loadCodes,
  ...builtCodes,
};
