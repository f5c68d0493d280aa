import type { Scenario } from "../harness/scenario.ts";
import { cgiScenarios } from "./cgi.ts";
import { scenarios as cgiBehind } from "./cgi-behind.ts";
import { scenarios as direct } from "./direct.ts";
import { scenarios as express } from "./express.ts";
import { scenarios as hello } from "./hello.ts";
import { scenarios as payloads } from "./payloads.ts";
import { scenarios as streams } from "./streams.ts";
import { scenarios as workers } from "./workers.ts";

/**
 * All tables, in the order of the report.
 *
 * @param nodes further Node programs to start CGI programs with
 */
export function allScenarios(nodes: readonly string[]): readonly Scenario[] {
  return [
    ...hello,
    ...express,
    ...payloads,
    ...streams,
    ...workers,
    ...direct,
    ...cgiScenarios(nodes),
    ...cgiBehind,
  ];
}
