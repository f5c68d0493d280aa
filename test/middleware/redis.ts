// A Redis server for the recipe of sessions.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

export const hasRedis: boolean =
  spawnSync("redis-server", ["--version"]).status === 0;

/** Starts one on a socket file, which keeps nothing. @returns what ends it */
export async function startRedis(path: string): Promise<() => Promise<void>> {
  const child = spawn(
    "redis-server",
    [
      ...["--port", "0", "--unixsocket", path, "--dir", dirname(path)],
      ...["--save", "", "--appendonly", "no"],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const closed = once(child, "close");
  let said = "";
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    if (line.includes("ready to accept connections")) {
      child.stdout.resume();
      return async () => {
        child.kill();
        await closed;
      };
    }
  }
  throw new Error(`redis-server has ended: ${said}`);
}
