// What we know of a visitor, kept by the browser: a cookie that is signed, so that it comes back
// as it was. No process has to remember it, and a CGI process could not.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { parseCookies, responseHook } from "tsgi";
import { baseOf } from "./base.js";

/**
 * @typedef {object} Session
 * @property {string} token what a form of ours has in it, and no other site can know
 * @property {string} name under which the visitor wrote last
 * @property {string} notice to be shown on the next page
 */

const COOKIE = "guestbook";
const KEY = "guestbook.session";
const MAX_AGE_SECONDS = 180 * 86_400;

/**
 * Puts the session into the environ. What the application changes in it before it starts its response
 * is kept.
 *
 * @param {() => Uint8Array} secret
 * @returns {import("tsgi").Middleware}
 */
export const sessions = (secret) => (application) => {
  const keeping = responseHook(({ headers }, environ) => {
    const value = seal(sessionOf(environ), secret());
    if (value === parseCookies(environ)[COOKIE]) return;
    return { headers: [...headers, ["Set-Cookie", cookie(environ, value)]] };
  })(application);

  return (environ, startResponse) => {
    const sent = parseCookies(environ)[COOKIE] ?? "";
    const session = unseal(sent, secret()) ?? newSession();
    return keeping({ ...environ, [KEY]: session }, startResponse);
  };
};

/** @param {import("tsgi").Environ} environ */
export function sessionOf(environ) {
  return /** @type {Session} */ (environ[KEY]);
}

/**
 * Whether two texts are the same, in a time that does not tell where they differ.
 *
 * @param {string} a
 * @param {string} b
 */
export function isSame(a, b) {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** @returns {Session} */
function newSession() {
  return { token: randomBytes(18).toString("base64url"), name: "", notice: "" };
}

/**
 * @param {Session} session
 * @param {Uint8Array} secret
 */
function seal(session, secret) {
  const content = Buffer.from(JSON.stringify(session)).toString("base64url");
  return `${content}.${signature(content, secret)}`;
}

/**
 * @param {string} value
 * @param {Uint8Array} secret
 * @returns {Session | undefined}
 */
function unseal(value, secret) {
  const [content = "", signed = ""] = value.split(".");
  if (!isSame(signed, signature(content, secret))) return undefined;
  return JSON.parse(Buffer.from(content, "base64url").toString());
}

/**
 * @param {string} content
 * @param {Uint8Array} secret
 */
function signature(content, secret) {
  return createHmac("sha256", secret).update(content).digest("base64url");
}

/**
 * @param {import("tsgi").Environ} environ
 * @param {string} value
 */
function cookie(environ, value) {
  const attributes = [
    `${COOKIE}=${value}`,
    `Path=${baseOf(environ)}/`,
    `Max-Age=${MAX_AGE_SECONDS}`,
    "HttpOnly",
    "SameSite=Lax",
  ];
  if (environ["tsgi.url_scheme"] === "https") attributes.push("Secure");
  return attributes.join("; ");
}
