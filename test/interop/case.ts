import { createHash } from "node:crypto";
import { ask, type RequestOptions } from "./client.ts";
import type { Site } from "./site.ts";

/** One question to a set-up: what it observes is `expected`, unless differences.ts says otherwise. */
export interface Case {
  readonly name: string;
  readonly expected: unknown;
  /** @param patience milliseconds after which something that has not come is said not to come */
  observe(site: Site, patience: number): Promise<unknown>;
}

/** What the application's `echo` tells of a request. */
export interface Echo {
  readonly variables: Readonly<Record<string, string>>;
  readonly quirks: readonly string[];
  readonly body: { readonly length: number; readonly sha256: string };
}

/** Asks the application to tell what it was asked; undefined where the web server answers itself. */
export async function askEcho(
  site: Site,
  options: RequestOptions = {},
  tail = "",
): Promise<{ status: number; echo: Echo | undefined }> {
  const target = `${site.url("echo")}${tail}`;
  const { status, body } = await ask(site.port, target, options);
  return {
    status,
    echo: status === 200 ? JSON.parse(`${body}`) : undefined,
  };
}

export function sha256(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
