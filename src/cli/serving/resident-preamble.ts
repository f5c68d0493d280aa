import { existsSync } from "node:fs";
import { preamble, startingNode } from "../../build/preamble.ts";
import {
  residentScript,
  type ScriptWord,
  SELF,
} from "../../resident/script.ts";
import type { Values } from "../options/option.ts";

const PERL = "/usr/bin/perl";

/** What starts the JavaScript of a built file. */
export interface Start {
  readonly preamble: string;
  /** What there is to tell about it. */
  readonly warning?: string;
}

/**
 * The relay of `tsgi build --resident`, else the usual lines. Those as well where this machine has no
 * perl and none was named, for then the other one may have none either.
 *
 * @throws {TsgiError} `CONFIG`
 */
export function startOf(
  { resident, residentPerl, residentBase }: Values,
  version: string,
  node: string | undefined,
  usualPerl: string = PERL,
): Start {
  const usual = preamble(version, node);
  if (resident !== true) return { preamble: usual };
  if (residentPerl === undefined && !existsSync(usualPerl)) {
    const warning = `There is no ${usualPerl} here, so the file starts a process for each request. Where the web server has a perl, --resident-perl names it.`;
    return { preamble: usual, warning };
  }
  const lines = startingNode(node).map((line) => `${line} #\n`);
  const command: readonly ScriptWord[] = [
    "/bin/sh",
    "-c",
    lines.join(""),
    SELF,
  ];
  const relay = residentScript({
    once: command,
    stay: command,
    perl: residentPerl ?? usualPerl,
    base: residentBase,
    javascript: "",
  });
  return { preamble: relay };
}
