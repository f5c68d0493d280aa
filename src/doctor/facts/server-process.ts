// What the running Apache has: its environment, and its limits.
import { isAbsolute, join } from "node:path";
import { lastOf } from "../apache/place.ts";
import type { Context } from "../context.ts";

/** A variable of the web server's environment, and who says so. */
export interface ServerVariable {
  readonly name: string;
  readonly value: string;
  readonly where: string;
}

/** Variables that programs get beside those of a request: of Apache's process, its envvars, SetEnv and PassEnv. */
export function serverVariables(context: Context): ServerVariable[] {
  const { apache, layers, machine } = context;
  const found: ServerVariable[] = [];
  const pid = apachePid(context);
  const environ = pid && machine.text(`/proc/${pid}/environ`);
  for (const pair of (environ ?? "").split("\0")) {
    const [name = "", ...value] = pair.split("=");
    if (name !== "") {
      found.push({
        name,
        value: value.join("="),
        where: `the environment of Apache (process ${pid})`,
      });
    }
  }
  for (const [name, value] of apache?.environment ?? []) {
    found.push({
      name,
      value,
      where: `${apache?.file.replace(/[^/]*$/, "envvars")}`,
    });
  }
  for (const { directives } of layers?.layers ?? []) {
    for (const { name, args, file, line } of directives) {
      if (!/^(?:setenv|passenv|fcgidinitialenv)$/.test(name)) continue;
      const names = name === "passenv" ? args : args.slice(0, 1);
      for (const each of names) {
        found.push({
          name: each,
          value: args[1] ?? "",
          where: `${file}:${line}`,
        });
      }
    }
  }
  return found;
}

/** A limit of Apache's process or of ours, in its unit; undefined for none. @param label as in /proc/self/limits */
export function limitOf(
  context: Context,
  label: string,
  directive: string,
): { readonly value: number; readonly where: string } | undefined {
  const { layers, machine } = context;
  const set = layers?.layers
    .flatMap(({ directives }) => directives)
    .findLast(({ name }) => name === directive);
  const configured = Number(set?.args[0]);
  if (set !== undefined && Number.isFinite(configured)) {
    return { value: configured, where: `${set.file}:${set.line}` };
  }
  const pid = apachePid(context) ?? "self";
  const text = machine.text(`/proc/${pid}/limits`) ?? "";
  const [, soft] = new RegExp(`^${label}\\s+(\\S+)`, "m").exec(text) ?? [];
  if (soft === undefined || soft === "unlimited") return undefined;
  return { value: Number(soft), where: `/proc/${pid}/limits` };
}

function apachePid({ apache, machine }: Context): string | undefined {
  if (apache === undefined) return undefined;
  const file = lastOf(apache.directives, "pidfile")?.args[0];
  if (file === undefined) return undefined;
  const root = lastOf(apache.directives, "serverroot")?.args[0] ?? "/";
  const pid = machine.text(isAbsolute(file) ? file : join(root, file))?.trim();
  const name = pid && machine.text(`/proc/${pid}/comm`)?.trim();
  return name === "apache2" || name === "httpd" ? pid : undefined;
}
