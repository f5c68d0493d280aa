// Files that come in, of any size: busboy takes the form apart as it arrives, and nothing is held in
// memory. npm install tsgi busboy; then
//
//   curl -F file=@photo.jpg http://localhost/
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import { html, json, TsgiError } from "tsgi";

/** Outside of what the web server shows. */
const folder = process.env.UPLOADS ?? join(tmpdir(), "uploads");
const FILE_LIMIT = 1_073_741_824;

/** @type {import("tsgi").Application} */
export default async function upload(environ, startResponse) {
  const answer =
    environ.REQUEST_METHOD === "POST"
      ? json(await receive(environ), { status: 201 })
      : html(FORM);
  return answer(environ, startResponse);
}

/** @param {import("tsgi").Environ} environ */
async function receive(environ) {
  await mkdir(folder, { recursive: true });
  const parser = parserFor(environ);
  /** @type {Promise<unknown>[]} */
  const saved = [];
  parser.on("file", (_field, file, { filename }) => {
    const saving = save(file, filename ?? "");
    // A full disk ends the request here, and not when all has come in.
    saving.catch((error) => parser.destroy(error));
    saved.push(saving);
  });
  try {
    await pipeline(environ["tsgi.input"], parser);
  } finally {
    // Under CGI the process ends with the request: by then half a file must be gone again.
    await Promise.allSettled(saved);
  }
  return Promise.all(saved);
}

/** @param {import("tsgi").Environ} environ */
function parserFor(environ) {
  try {
    return busboy({
      headers: { "content-type": environ.CONTENT_TYPE },
      limits: { files: 10, fileSize: FILE_LIMIT },
      // As browsers send names of files.
      defParamCharset: "utf8",
    });
  } catch (cause) {
    throw new TsgiError("BAD_REQUEST", "Cannot read the form: it is none", {
      cause,
    });
  }
}

/**
 * @param {import("node:stream").Readable} file
 * @param {string} name as the client has it; never a path of ours
 */
async function save(file, name) {
  const id = randomUUID();
  const path = join(folder, id);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await pipeline(
      file,
      async function* (chunks) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(path, { flags: "wx" }),
    );
    if ("truncated" in file && file.truncated) {
      throw new TsgiError(
        "BODY_TOO_LARGE",
        `Cannot keep a file: it exceeds ${FILE_LIMIT} bytes`,
      );
    }
  } catch (error) {
    // The client has left, the disk is full: half a file is of no use.
    await rm(path, { force: true });
    throw error;
  }
  return { id, name, bytes, sha256: hash.digest("hex") };
}

const FORM = `<!doctype html>
<meta charset="utf-8">
<title>Upload</title>
<form method="post" enctype="multipart/form-data">
  <input type="file" name="file" multiple> <button>Send</button>
</form>
`;
