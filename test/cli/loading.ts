// loadApplication, as tsgi-fcgi has it, in a process of its own.
import type { TestContext } from "node:test";
import { run } from "./command.ts";

const LOAD = new URL("../../dist/cli/loading/load.js", import.meta.url).href;

/** What becomes of an application. */
export interface Told {
  /** What the application returned. */
  readonly body?: string;
  readonly stderr?: string;
  readonly code?: string;
  readonly message?: string;
  /** Of the error's cause. */
  readonly stack?: string;
}

/** Loads an application in a process of its own. */
export async function load(
  t: TestContext,
  specifier: string,
  cwd?: string,
): Promise<Told> {
  const source = `
    import { writeSync } from "node:fs";
    const { loadApplication } = await import(${JSON.stringify(LOAD)});
    const tell = (told) => writeSync(1, JSON.stringify(told));
    const fail = ({ code, message, cause }) => tell({ code, message, stack: cause?.stack });
    loadApplication(process.argv[1], { onExit: fail }).then((application) => tell({ body: application({}, () => {}) }), fail);`;
  const { stdout, stderr } = await run(
    t,
    process.execPath,
    ["--input-type=module", "-e", source, specifier],
    { ...(cwd !== undefined && { cwd }) },
  );
  const told: Told = JSON.parse(stdout || "{}");
  return told.code === undefined ? { ...told, stderr } : told;
}
