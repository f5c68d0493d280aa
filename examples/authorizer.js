// An authorizer: the web server asks it, for each request, whether to serve its own files. Start it with
//
//   tsgi-fcgi --listen 127.0.0.1:9000 --authorizer authorizer.js
//
// and tell Apache (apache/authorizer.conf) or lighttpd (lighttpd/authorizer.conf) what it guards.
import { createHash, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { decodePath, text } from "tsgi";

/**
 * Salt and hash of each one's password; make a line with
 *
 *   node -p 'crypto.scryptSync("the password", "the salt", 32).toString("base64url")'
 *
 * @type {ReadonlyMap<string, readonly [salt: string, hash: string]>}
 */
const USERS = new Map([
  ["grete", ["salt of grete", "osSnXMVmjmqkGQuLg9wrQEJ5Uq_UlCCAidsOLgcEs2s"]],
]);

/** @type {import("tsgi").Application} */
export default async function authorizer(environ, startResponse) {
  const { name, password } = credentials(environ);
  if (await isRight(name, password)) {
    // 200 lets the request pass. What a Variable- header says is a variable of the request then, for
    // the log or for a CGI program behind.
    startResponse("200 OK", [["Variable-AUTH_NAME", name]]);
    return "";
  }
  const refusal = text("Please say who you are.\n", {
    status: 401,
    headers: [["WWW-Authenticate", 'Basic realm="private", charset="UTF-8"']],
  });
  return refusal(environ, startResponse);
}

/**
 * lighttpd passes the header on; Apache takes it apart itself.
 *
 * @param {import("tsgi").Environ & { REMOTE_PASSWD?: string }} environ
 */
function credentials({ HTTP_AUTHORIZATION, REMOTE_USER, REMOTE_PASSWD }) {
  if (REMOTE_USER !== undefined && REMOTE_PASSWD !== undefined) {
    return {
      name: decodePath(REMOTE_USER),
      password: decodePath(REMOTE_PASSWD),
    };
  }
  const [, encoded = ""] =
    /^Basic +(\S+)$/i.exec(HTTP_AUTHORIZATION ?? "") ?? [];
  const pair = Buffer.from(encoded, "base64").toString();
  const colon = pair.indexOf(":");
  return { name: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

const hashOf = promisify(scrypt);
/** @type {Set<string>} */
const known = new Set();

/**
 * @param {string} name
 * @param {string} password
 */
async function isRight(name, password) {
  const [salt, hash = ""] = USERS.get(name) ?? [];
  if (salt === undefined) return false;
  // scrypt is slow, as it should be; a page with thirty pictures asks thirty times.
  const digest = createHash("sha256")
    .update(`${hash}:${password}`)
    .digest("hex");
  if (known.has(digest)) return true;
  const right = Buffer.from(hash, "base64url");
  const found = /** @type {Buffer} */ (await hashOf(password, salt, 32));
  if (!timingSafeEqual(found, right)) return false;
  known.add(digest);
  return true;
}
