// Tries a configuration: the installed server with it, in a folder of its own, on loopback.
import { spawnSync } from "node:child_process";
import { basename, join } from "node:path";
import { type Check, checks, told } from "./checks.ts";
import { askServer, type Question } from "./exchange.ts";
import { type Target, under } from "./plan.ts";
import { PrivateGround } from "./private-ground.ts";
import { PROBE } from "./probe.ts";
import { Running } from "./running.ts";
import type { Site } from "./site.ts";
import { staysIn } from "./staying.ts";

/** Milliseconds for systemd-analyze. */
const ANALYSIS = 20_000;

/** One line of the table. */
export interface Row {
  readonly name: string;
  /** `"host"`: what .htaccess may not allow, so the host decides. */
  readonly result: "ok" | "no" | "host";
  readonly says: string;
}

/** What was found. */
export interface Verification {
  readonly rows: readonly Row[];
  /** What the server, or the process, has said where something was wrong. */
  readonly log: string;
}

/** Tries the files of `target` with a probe in place of the application, then with the application. */
export async function verify(
  target: Target,
  program: string,
  site: Site,
  signal: AbortSignal,
): Promise<Verification> {
  const probed = await onGround(target, program, site, signal, true);
  if (probed.rows.some(({ result }) => result === "no")) return probed;
  const own = await onGround(target, program, site, signal, false);
  return { rows: [...probed.rows, ...own.rows], log: own.log };
}

async function onGround(
  target: Target,
  program: string,
  site: Site,
  signal: AbortSignal,
  isProbe: boolean,
): Promise<Verification> {
  const ground = new PrivateGround();
  const probe = {
    path: join(ground.root, "probe.cjs"),
    text: PROBE,
    mode: 0o644,
  };
  const tried: Site = {
    ...site,
    ...(isProbe && { application: ground.write(probe), exported: "" }),
    folder: ground.app,
    socket: join(ground.run, "app.sock"),
    publicFolder: join(ground.app, "public"),
    output: outputOn(ground, target, site),
    ...(site.relay && { relay: { ...site.relay, base: ground.base } }),
  };
  const running = new Running({ ground, target, program, site: tried, signal });
  let rows: Row[] = [];
  try {
    await running.start();
    const { port } = running;
    if (tried.relay) {
      rows.push(await stayRow(port, tried, signal, isProbe));
    }
    if (isProbe) {
      rows.push(...unitRows(target, tried));
      for (const check of checks) {
        rows.push(await probeRow(check, port, tried, target, signal));
      }
    } else rows.push(await applicationRow(port, tried, target, signal));
  } catch (error) {
    signal.throwIfAborted();
    rows = [{ name: "start", result: "no", says: (error as Error).message }];
  } finally {
    await running.stop();
    ground.remove();
  }
  const isRight = rows.every(({ result }) => result !== "no");
  return { rows, log: isRight ? "" : running.log };
}

/** Has the relay start its process, so that what follows is asked of that. */
async function stayRow(
  port: number,
  { mount, relay }: Site,
  signal: AbortSignal,
  isProbe: boolean,
): Promise<Row> {
  const wrong = await attempt(signal, async () => {
    await askServer(port, { target: under(mount, "/") }, signal);
    await staysIn(relay?.base ?? "", signal);
    return undefined;
  });
  return {
    name: isProbe ? "a process that stays" : "your application, staying",
    result: wrong === undefined ? "ok" : "no",
    says: wrong ?? "",
  };
}

async function probeRow(
  check: Check,
  port: number,
  { mount }: Site,
  target: Target,
  signal: AbortSignal,
): Promise<Row> {
  const { name, isUpToHost } = check;
  const wrong = await attempt(signal, async () =>
    check.judge(await askServer(port, check.ask(mount), signal), mount),
  );
  if (wrong === undefined) return { name, result: "ok", says: "" };
  return target.isShared && isUpToHost
    ? { name, result: "host", says: `${wrong.slice(0, 3)}: ${isUpToHost}` }
    : { name, result: "no", says: wrong };
}

/** What systemd itself says of a unit, where its tool is installed. */
function unitRows(target: Target, site: Site): Row[] {
  const unit = target.plan(site).files[0]?.path;
  if (target.server !== "systemd" || unit === undefined) return [];
  const { error, stderr } = spawnSync(
    "systemd-analyze",
    ["verify", "--man=no", unit],
    { encoding: "utf8", timeout: ANALYSIS },
  );
  if (error !== undefined) return [];
  // It looks at all units that this one names, and at those of the machine they need.
  const own = stderr
    .split("\n")
    .filter((line) => line.includes(basename(unit)))
    .join("; ");
  const name = "systemd-analyze verify";
  return own === ""
    ? [{ name, result: "ok", says: "" }]
    : [{ name, result: "no", says: own }];
}

async function applicationRow(
  port: number,
  { mount }: Site,
  { isShared }: Target,
  signal: AbortSignal,
): Promise<Row> {
  // To a folder without its slash Apache answers itself.
  const path = isShared ? under(mount, "/") : mount;
  const question: Question = { target: path, headers: { Accept: "*/*" } };
  const name = `your application, GET ${path}`;
  try {
    const { status, type, body } = await askServer(port, question, signal);
    if (status >= 500) return { name, result: "no", says: told(status, body) };
    const says = `${status}${type === undefined ? "" : `, ${type}`}`;
    return { name, result: "ok", says };
  } catch (error) {
    signal.throwIfAborted();
    return { name, result: "no", says: (error as Error).message };
  }
}

async function attempt(
  signal: AbortSignal,
  act: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}

/** The folder that stands for the site's own output. */
function outputOn(
  { root, app }: PrivateGround,
  { isShared }: Target,
  { mount }: Site,
): string {
  if (isShared === undefined) return root;
  return isShared === "home"
    ? app
    : join(app, "public", mount).replace(/\/$/, "");
}
