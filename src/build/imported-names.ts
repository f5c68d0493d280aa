// What a file calls the modules it imports and what it takes from them, by how the source is written.

/** Names that stand for some modules, or for parts of them. */
export interface ImportedNames {
  /** Of the modules themselves. */
  readonly modules: readonly string[];
  /** Of what is exported, by its own name. */
  readonly exports: ReadonlyMap<string, readonly string[]>;
}

const IMPORT = /\bimport\s+([^;"'()]+?)\s+from\s*["']([^"'\n]+)["']/g;
const REQUIRE =
  /([\w$]+|\{[^{}]*\})\s*=\s*(?:await\s+)?(?:require|import)\(\s*["']([^"'\n]+)["']\s*\)/g;
const PART =
  /^\s*(?:type\s+)?([\w$]+)(?:(?:\s+as\s+|\s*:\s*)([\w$]+))?(?:\s*=.*)?\s*$/;
/** Exports that are modules. */
const WHOLE: readonly string[] = ["default", "promises"];

/** Those by which `text` knows the modules that are `wanted`, with or without `node:`. */
export function importedNames(
  text: string,
  wanted: readonly string[],
): ImportedNames {
  const modules: string[] = [];
  const exports = new Map<string, string[]>();
  for (const [, clause = "", id = ""] of [
    ...text.matchAll(IMPORT),
    ...text.matchAll(REQUIRE),
  ]) {
    if (!wanted.includes(id.replace(/^node:/, ""))) continue;
    const [, whole, , parts = ""] =
      /^(?:\*\s*as\s+)?([\w$]+)?(\s*,\s*)?(?:\{([^{}]*)\})?$/.exec(clause) ??
      [];
    if (whole !== undefined) modules.push(whole);
    for (const part of parts.split(",")) {
      const [, name = "", local = name] = PART.exec(part) ?? [];
      if (WHOLE.includes(name)) modules.push(local);
      else if (name !== "") {
        exports.set(name, [...(exports.get(name) ?? []), local]);
      }
    }
  }
  return { modules, exports };
}
