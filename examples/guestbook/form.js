// The form, with its file, as it comes in: multipart/form-data, read by busboy.
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import { inputFrom, TsgiError } from "tsgi";

/** Bytes a picture may have. */
export const PICTURE_LIMIT = 2 * 1_048_576;
/** Bytes after which we stop to listen. Up to here the visitor is told what is wrong. */
const BODY_LIMIT = 8 * PICTURE_LIMIT;

/**
 * @typedef {object} Form
 * @property {Map<string, string>} fields
 * @property {Uint8Array | undefined} picture undefined where none was chosen
 * @property {boolean} tooLarge whether the picture is, and was left out
 */

/**
 * @param {import("tsgi").Environ} environ
 * @returns {Promise<Form>}
 * @throws {TsgiError} `BAD_REQUEST` or `BODY_TOO_LARGE`, which become a 400 or 413
 */
export async function readForm(environ) {
  /** @type {Form} */
  const form = { fields: new Map(), picture: undefined, tooLarge: false };
  try {
    const parser = busboy({
      headers: { "content-type": environ.CONTENT_TYPE },
      limits: {
        fields: 8,
        fieldSize: 16_384,
        files: 1,
        fileSize: PICTURE_LIMIT,
      },
    });
    parser.on("field", (name, value) => form.fields.set(name, value));
    parser.on("file", (_name, file) => {
      /** @type {Uint8Array[]} */
      const chunks = [];
      file.on("data", (chunk) => chunks.push(chunk));
      file.on("limit", () => {
        form.tooLarge = true;
      });
      file.on("close", () => {
        const picture = Buffer.concat(chunks);
        if (picture.length > 0 && !form.tooLarge) form.picture = picture;
      });
    });
    const input = inputFrom(environ["tsgi.input"], { maximum: BODY_LIMIT });
    await pipeline(input, parser);
  } catch (cause) {
    // Of the input: too large, or the visitor has left. Anything else is busboy's.
    if (TsgiError.is(cause)) throw cause;
    throw new TsgiError("BAD_REQUEST", "Cannot read the form: it is broken", {
      cause,
    });
  }
  return form;
}
