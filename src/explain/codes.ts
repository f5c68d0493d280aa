import type { TsgiErrorCode } from "../common/errors.ts";
import type { LogCode } from "../common/log-codes.ts";
import { applicationCodes } from "./codes-application.ts";
import { builtCodes } from "./codes-built.ts";
import { lifeCodes } from "./codes-life.ts";
import { loadCodes } from "./codes-load.ts";
import { logCodes } from "./codes-log.ts";
import { peerCodes } from "./codes-peer.ts";
import { setupCodes } from "./codes-setup.ts";
import { thrownCodes } from "./codes-thrown.ts";
import type { EntryRow } from "./entry.ts";

/** A row for each code an error of ours can have, and for those of the log alone; the compiler misses none. */
export const codes: Readonly<
  Record<TsgiErrorCode | LogCode | "APPLICATION", EntryRow>
> = {
  ...thrownCodes,
  ...peerCodes,
  ...applicationCodes,
  ...lifeCodes,
  ...setupCodes,
  ...loadCodes,
  ...builtCodes,
  ...logCodes,
};
