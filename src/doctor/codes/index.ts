// The one registry of what the doctor can find.
import { type ApacheCode, apacheCodes } from "./apache.ts";
import { type ApplicationCode, applicationCodes } from "./application.ts";
import { type FileCode, fileCodes } from "./file.ts";
import { type LimitCode, limitCodes } from "./limits.ts";
import { type MachineCode, machineCodes } from "./machine.ts";
import { type ModuleTypeCode, moduleTypeCodes } from "./module-type.ts";
import { type PermissionCode, permissionCodes } from "./permissions.ts";
import { type ResidentCode, residentCodes } from "./resident.ts";
import type { CodeRow } from "./row.ts";
import { type SocketCode, socketCodes } from "./socket.ts";
import { type UrlCode, urlCodes } from "./url.ts";

/** `"CRLF_FIRST_LINE"` and its like. */
export type FindingCode =
  | ApacheCode
  | ApplicationCode
  | FileCode
  | LimitCode
  | MachineCode
  | ModuleTypeCode
  | PermissionCode
  | ResidentCode
  | SocketCode
  | UrlCode;

/** Rows by what they are about, in the order of the way from a file to an answer. */
export const codeGroups: Readonly<
  Record<string, Readonly<Partial<Record<FindingCode, CodeRow>>>>
> = {
  "The program's file": { ...fileCodes, ...moduleTypeCodes },
  "Permissions and suEXEC": permissionCodes,
  Apache: apacheCodes,
  "The application": applicationCodes,
  "Resident CGI": residentCodes,
  "Node and the machine": machineCodes,
  "The socket": socketCodes,
  "Limits and defaults of web servers": limitCodes,
  "The URL": urlCodes,
};

/** What is known of each code. */
export const codes: Readonly<Record<FindingCode, CodeRow>> = {
  ...fileCodes,
  ...moduleTypeCodes,
  ...permissionCodes,
  ...apacheCodes,
  ...applicationCodes,
  ...residentCodes,
  ...machineCodes,
  ...socketCodes,
  ...limitCodes,
  ...urlCodes,
};
