// Whether there is a Node that TSGI runs on.
import type { NodeFacts, NodeFailure } from "../facts/node.ts";
import { tellingLine } from "../facts/said.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";

/** What package.json has for "engines". */
const OLDEST = [20, 19] as const;

/** The Node that was asked. */
export function checkNode(node: NodeFacts | NodeFailure | undefined): Found[] {
  if (node === undefined) return [];
  if ("outcome" in node) {
    const { status, stderr } = node.outcome;
    const said = tellingLine(stderr);
    // What is older than all that was asked prints what it is.
    return [
      {
        code: "NODE_BROKEN",
        where: node.path,
        what: `it ends with ${status === undefined ? "a signal" : `status ${status}`}${said ? `: ${said}` : ""}`,
        repair: said?.includes("GLIBC")
          ? "a build for older systems, from unofficial-builds.nodejs.org (linux-x64-glibc-217)"
          : `${quoted(node.path)} --version shows it; install Node 22 or 24`,
      },
    ];
  }
  const [major = 0, minor = 0] = node.version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))
    return [];
  return [
    {
      code: "NODE_OUTDATED",
      where: node.path,
      what: `it is Node ${node.version}, and TSGI needs ${OLDEST.join(".")} or later`,
      repair: "install Node 22 or 24, and name its full path in the first line",
    },
  ];
}
