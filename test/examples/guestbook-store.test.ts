import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { root } from "../docs/blocks.ts";

const folder = join(root, "examples/guestbook");
const data = mkdtempSync(join(tmpdir(), "guestbook-"));
after(() => rmSync(data, { recursive: true, force: true }));

describe("the guestbook's store", () => {
  const script = `
    import { Store } from ${JSON.stringify(join(folder, "store.js"))};
    const store = new Store(process.argv[1]);
    for (let at = 0; at < 10; at++) {
      store.add({ written: 0, name: process.argv[2], message: String(at), picture: null });
    }
    process.stdout.write(Buffer.from(store.secret).toString("hex"));
  `;

  const fill = async (path: string, name: string): Promise<string> => {
    const child = spawn(
      process.execPath,
      ["--input-type=module", "--eval", script, path, name],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    const [status] = await once(child, "close");
    assert.equal(status, 0);
    return output;
  };

  test("keeps what several processes write at once, and one secret", async () => {
    const path = join(data, "several");
    const names = ["a", "b", "c", "d"];
    const secrets = await Promise.all(names.map((name) => fill(path, name)));
    assert.equal(new Set(secrets).size, 1);
    assert.match(secrets[0] ?? "", /^[0-9a-f]{64}$/);
    const { Store } = await import(join(folder, "store.js"));
    const store = new Store(path);
    assert.equal(store.count(), 40);
    store.close();
  });

  test("opens what a killed process has left locked", async () => {
    const path = join(data, "killed");
    await fill(path, "a");
    const lock = join(path, "guestbook.db.lock");
    mkdirSync(lock);
    utimesSync(lock, 1, 1);
    await fill(path, "b");
    assert.ok(!existsSync(lock));
  });
});
