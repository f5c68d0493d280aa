// The program of a built file that no web server has started for one request.
import type { Built } from "../built/built.ts";
import { mapStacks } from "../built/stacks.ts";
import { main as serve } from "./tsgi-fcgi.ts";

/** Serves FastCGI on what the command line, the file or whoever has started it says. */
export async function main(built: Built): Promise<void> {
  mapStacks(built.file, () => built.part("map"));
  await serve(process.argv, undefined, built);
}
