import type { Machine } from "../machine.ts";

/** Of root: they have keys and passwords in them that nobody thinks of. */
export function homesOfRoot(machine: Machine): string[] {
  const lines = (machine.text("/etc/passwd") ?? "").split("\n");
  const homes = lines
    .map((line) => line.split(":"))
    .filter(([, , uid, , , home = ""]) => uid === "0" && /^\/./.test(home))
    .map(([, , , , , home = ""]) => home);
  return ["/root", ...homes];
}

/** Whether a path is a folder, or below it. */
export function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
