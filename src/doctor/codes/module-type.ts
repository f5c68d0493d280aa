import type { CodeRow } from "./row.ts";

/** Codes of {@link moduleTypeCodes}. */
export type ModuleTypeCode =
  | "EXTENSION_UNKNOWN"
  | "TYPE_MODULE_ABOVE"
  | "PACKAGE_JSON_BROKEN";

/** How Node takes the program's file. */
export const moduleTypeCodes: Readonly<Record<ModuleTypeCode, CodeRow>> = {
  EXTENSION_UNKNOWN: {
    level: "error",
    title: "Node does not load ES modules from a file with this extension",
    causes: [
      {
        cause:
          "Node tells modules by their extension, and knows neither .cgi nor .fcgi",
        proof: "node FILE says ERR_UNKNOWN_FILE_EXTENSION",
        cure: "let tsgi-cgi load it, which takes any extension: #!/usr/bin/env tsgi-cgi",
      },
    ],
  },
  TYPE_MODULE_ABOVE: {
    level: "error",
    title:
      'a package.json with "type": "module" above makes Node refuse the file',
    causes: [
      {
        cause:
          "below it every file is an ES module, and those may not be called .cgi or .fcgi",
        proof: "node FILE says ERR_UNKNOWN_FILE_EXTENSION",
        cure: 'put a package.json with "type": "commonjs" beside the file',
      },
    ],
    fixable: true,
  },
  PACKAGE_JSON_BROKEN: {
    level: "error",
    title: "the nearest package.json cannot be read as JSON",
    causes: [
      {
        cause: "Node reads it for each file below it, and stops there",
        proof: "node -p 'JSON.parse(fs.readFileSync(\"package.json\"))'",
        cure: "correct it, or delete it",
      },
    ],
  },
};
