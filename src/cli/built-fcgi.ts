// The program of a built file that no web server has started for one request.
import type { Built } from "../built/built.ts";
import { mapStacks } from "../built/stacks.ts";
import { takeInheritance } from "../resident/inheritance.ts";
import { resideIn } from "./serving/resident-built.ts";
import { main as serve } from "./tsgi-fcgi.ts";

/** Serves FastCGI behind the relay in the same file, or on what the command line, the file or whoever has started it says. */
export async function main(built: Built): Promise<void> {
  mapStacks(built.file, () => built.part("map"));
  const inheritance = takeInheritance(process.env);
  if (inheritance !== undefined) return resideIn(built, inheritance);
  await serve(process.argv, undefined, built);
}
