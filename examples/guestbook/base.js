/**
 * The path of the application as links and cookies have it: "", or "/…" without a slash at its end.
 *
 * @param {import("tsgi").Environ} environ
 */
export function baseOf({ SCRIPT_NAME }) {
  // Variables are bytes as Latin-1; they mean UTF-8.
  const path = Buffer.from(SCRIPT_NAME, "latin1").toString();
  return path.split("/").map(encodeURIComponent).join("/");
}
