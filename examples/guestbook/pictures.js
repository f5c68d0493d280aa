// Pictures are files of a folder, outside of what the web server shows.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Extension by the bytes a file begins with, as Latin-1. No SVG: it may have scripts in it. */
const KINDS = /** @type {const} */ ([
  ["png", /^\x89PNG\r\n\x1a\n/],
  ["jpg", /^\xff\xd8\xff/],
  ["gif", /^GIF8[79]a/],
  ["webp", /^RIFF.{4}WEBP/s],
]);

export class Pictures {
  folder;

  /** @param {string} folder made when it is first needed */
  constructor(folder) {
    this.folder = folder;
  }

  /**
   * Keeps a picture under a name made of its content; what the browser says about name and type counts
   * for nothing.
   *
   * @param {Uint8Array} bytes
   * @returns {Promise<string | undefined>} the name; undefined where it is no picture
   */
  async keep(bytes) {
    const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
    const kind = KINDS.find(([, beginning]) => beginning.test(start))?.[0];
    if (kind === undefined) return undefined;
    const hash = createHash("sha256").update(bytes).digest("hex");
    const name = `${hash.slice(0, 32)}.${kind}`;
    await mkdir(this.folder, { recursive: true, mode: 0o750 });
    // Whole or not at all, whoever else is writing the same.
    const draft = join(this.folder, `.${randomUUID()}`);
    await writeFile(draft, bytes);
    await rename(draft, join(this.folder, name));
    return name;
  }
}
