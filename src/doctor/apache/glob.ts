import { join } from "node:path";
import type { Machine } from "../machine.ts";

/** Paths a pattern with `*`, `?` and `[…]` stands for, in Apache's order; those that are there. */
export function expand(machine: Machine, pattern: string): string[] {
  let paths = ["/"];
  for (const part of pattern.split("/").filter(Boolean)) {
    paths = paths.flatMap((folder) => {
      if (!/[*?[]/.test(part)) return [join(folder, part)];
      const fits = wildcard(part);
      return (machine.names(folder) ?? [])
        .filter((name) => !name.startsWith(".") && fits.test(name))
        .map((name) => join(folder, name));
    });
  }
  return paths.filter((path) => machine.facts(path) !== undefined);
}

/** What a shell's pattern fits as a whole; a star does not pass slashes. */
export function wildcard(pattern: string): RegExp {
  const source = pattern.replace(
    /\[[^\]]*\]|[*?]|[\\^$.|+(){}[\]]/g,
    (part) => {
      if (part === "*") return "[^/]*";
      if (part === "?") return "[^/]";
      if (part.length > 1) return part.replace(/^\[!/, "[^");
      return `\\${part}`;
    },
  );
  return new RegExp(`^${source}$`);
}
