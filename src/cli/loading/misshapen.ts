// What to say of a file in which there is no application.
import { describe } from "../../common/chunk.ts";
import type { TsgiError } from "../../common/errors.ts";
import { loadError } from "../load-error.ts";
import { type Candidate, type Exports, isClass } from "./exported.ts";
import type { LoadOptions } from "./load-options.ts";

const SHAPES =
  "an application is a function (environ, startResponse), a function (req, res), an object with fetch(), what Express, Connect, Koa, Fastify, Nest, Hono or H3 make, or a program that listens for HTTP";
const WRITE = "write: export default (environ, startResponse) => { … }";
const EXPORT_OR_WRITE =
  "export what a framework has made (export default app), or write: export default (environ, startResponse) => { … }";

/** What was found, which shapes are understood, and the shortest way from one to the other. */
export function misshapen(
  { file, name, exports, found }: Candidate,
  options: LoadOptions,
): TsgiError {
  const { interface: wanted = "auto" } = options;
  if (wanted === "listen") {
    const reason = "it does not listen for HTTP, as --interface listen has it";
    return loadError(file, `${reason}; leave that option out`);
  }
  const what = name === undefined ? "default export" : `export "${name}"`;
  if (found === undefined) {
    const names = namesOf(exports);
    const listed =
      names.length > 0
        ? `it exports ${names.map((each) => `"${each}"`).join(", ")}`
        : "it exports nothing";
    const silent = wanted === "auto" ? ", and does not listen for HTTP" : "";
    const fix = otherExport(file, name, exports) ?? EXPORT_OR_WRITE;
    return loadError(file, `it has no ${what}, ${listed}${silent}; ${fix}`);
  }
  if (isClass(found)) {
    const { name: className } = found as { readonly name: string };
    const instance = `new ${className || "…"}()`;
    const reason = `its ${what} is a class, and ${SHAPES}`;
    return loadError(file, `${reason}; export an instance: ${instance}`);
  }
  if (wanted !== "auto") {
    const reason = `its ${what} is ${describe(found)}, which --interface ${wanted} cannot use`;
    return loadError(file, `${reason}; leave that option out`);
  }
  if (typeof found === "function") {
    // What has handle() and neither set() nor listen().
    const reason = `its ${what} is a router, which needs an application around it`;
    return loadError(file, `${reason}; export that: express().use(router)`);
  }
  const fix = otherExport(file, name, exports) ?? WRITE;
  return loadError(
    file,
    `its ${what} is ${describe(found)}, and ${SHAPES}; ${fix}`,
  );
}

function namesOf(exports: unknown): string[] {
  return Object.keys(exports ?? {}).filter(
    (each) => each !== "__esModule" && each !== "module.exports",
  );
}

/** How to name an export that looks better. */
function otherExport(
  file: string,
  name: string | undefined,
  exports: unknown,
): string | undefined {
  const others = namesOf(exports).filter((each) => {
    return (
      each !== (name ?? "default") && mayServe((exports as Exports)?.[each])
    );
  });
  if (others.length === 0) return undefined;
  const usual = ["application", "app", "default"];
  const better = usual.find((each) => others.includes(each)) ?? others[0];
  return `use ${file}${better === "default" ? "" : `:${better}`}`;
}

function mayServe(value: unknown): boolean {
  if (typeof value === "function") return true;
  const { fetch, listen } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof fetch === "function" || typeof listen === "function";
}
