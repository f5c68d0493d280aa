// The first lines of a built file: a shell script that finds Node, and a comment of JavaScript.
import { NEEDED, TOO_OLD, TOO_OLD_STATUS } from "../built/needed-node.ts";

/** Where Node is found on hosts that do not have it in the PATH of their web server. */
const PLACES: readonly string[] = [
  // cPanel's own packages, then those of its "Node.js Selector" (CloudLinux), then Plesk's.
  ...each((line) => `/opt/cpanel/ea-nodejs${line}/bin/node`),
  ...each((line) => `/opt/alt/alt-nodejs${line}/root/usr/bin/node`),
  ...each((line) => `/opt/plesk/node/${line}/bin/node`),
  "/usr/local/bin/node",
  "/usr/bin/node",
  "/opt/node/bin/node",
  "/usr/local/node/bin/node",
  ...each((line) => `"$home"/.nvm/versions/node/v${line}.[0-9]*"/bin/node"`),
  ...each((line) => `"$home"/nodevenv/[!.]*"/${line}/bin/node"`),
  '"$home/.local/bin/node"',
  '"$home/.volta/bin/node"',
  '"$home/bin/node"',
];

/**
 * Stands for the length of the whole file in what {@link preamble} returns, and is as long as what
 * replaces it: a file that is shorter was cut.
 */
export const LENGTH = "@length@@";

/**
 * The first lines of a built file, up to its JavaScript.
 *
 * They survive an upload that ends every line with CR LF: env takes CR for a blank, unlike the
 * kernel, and each line of the script ends in a comment. Node gets the file by `-r`, which takes it
 * for CommonJS whatever its name and the package.json above it say; as its program it has an empty one.
 *
 * @param node the path to try first; where it is not there, others are looked for
 */
export function preamble(version: string, node: string | undefined): string {
  const lines = [
    `":" /* # made by tsgi build ${version}`,
    ...startingNode(node),
  ];
  return `#!/usr/bin/env -S /bin/sh\n${lines.map((line) => `${line} #\n`).join("")}*/;`;
}

/**
 * Lines of a shell script that starts Node with the file `$0` and further arguments, or tells where it
 * has looked. For a CGI request it waits, and answers where Node ends without a byte; else it becomes Node.
 *
 * @param node as for {@link preamble}
 */
export function startingNode(node: string | undefined): string[] {
  return [
    "case $0 in [/]*) f=$0 ;; *) f=./$0 ;; esac",
    `cgi=\${GATEWAY_INTERFACE:+$REQUEST_METHOD}`,
    '[ -z "$TSGI_RESIDE" ] || cgi=; old=; k=',
    ...ANSWERING,
    ...RUNNING,
    ...(node === undefined
      ? []
      : [`n=${quoted(node)}; [ -x "$n" ] && run "$n" "$@"`]),
    'n=$(command -v node) && run "$n" "$@"',
    'home=$HOME; [ -n "$home" ] || eval "home=~$(id -un)"',
    `for n in ${PLACES.join(" ")}; do [ -x "$n" ] && run "$n" "$@"; done`,
    `looked="${[...(node === undefined ? [] : [escaped(node)]), "PATH ($PATH)"].join(", ")} and the usual places of cPanel, CloudLinux, nvm, Volta and $home"`,
    `if [ -n "$old" ]; then answer NODE_TOO_OLD "Cannot start $f:$old and this needs ${NEEDED}; build the file with --node and the path of a newer one"`,
    'else answer NODE_MISSING "Cannot start $f: there is no node in $looked; build the file with --node and its path"; fi',
    '[ -z "$cgi" ] || exit 1',
    "exit 127",
  ];
}

/** With the incident and the code. */
const PAGE = `500 Internal Server Error\\n\\nThe request could not be served. Incident %s (%s).\\n`;
/** Bytes of it without these. */
const PAGE_LENGTH = PAGE.replace(/%s/g, "").replace(/\\n/g, "\n").length;

/**
 * What says that there is no answer, and why: to the log, and to the client of a CGI request. mod_cgid
 * loses what is said while bytes are unread on the socket they share.
 */
const ANSWERING: readonly string[] = [
  "answer() {",
  `trap - EXIT; i=$$; echo "tsgi: \${cgi:+incident $i: }$1: $2" >&2`,
  `[ -z "$cgi" ] || printf 'Content-Type: text/plain; charset=utf-8\\r\\nContent-Length: %s\\r\\nStatus: 500 Internal Server Error\\r\\n\\r\\n${PAGE}' $((${PAGE_LENGTH} + \${#i} + \${#1})) $i "$1"`,
  '[ -z "$cgi" ] || [ ! -S /dev/fd/0 ] || cat >/dev/null',
  "}",
];

/**
 * The shell in front of Node, which passes on that it is to end; and SIGKILL where that does not do, for a
 * web server would only kill the shell. Descriptor 9 is for src/cgi/guard.ts; 8 is stdin, which the
 * shell takes from what is behind it.
 */
const RUNNING: readonly string[] = [
  'is_unanswered() { read -r mark <&9; case $mark in "#!"*) return 0 ;; esac; return 1; }',
  "died() {",
  "is_unanswered || exit $s",
  `if [ $(wc -c <"$f") -lt ${LENGTH} ]; then answer DAMAGED "Cannot start $f: it is shorter than it was built, so its upload was cut; upload it again, in binary mode"`,
  'else how="status $s"; [ $s -le 128 ] || how="signal $(kill -l $s)"',
  'answer NODE_DIED "Cannot answer: $n ended with $how before it had answered anything; what it said is above, and tsgi explain NODE_DIED tells causes"; fi',
  "exit 1",
  "}",
  '[ -z "$cgi" ] || { s=70; exec 8<&0 9<"$f"; trap died EXIT; }',
  'too_old() { old="$old $n is Node $("$n" --version),"; }',
  "run() {",
  "n=$1; shift",
  'if [ -z "$cgi" ]; then',
  `case $("$n" --version) in ${TOO_OLD.join(" | ")}) too_old; return ;; esac`,
  'exec "$n" -r "$f" /dev/null "$@"',
  "fi",
  'exec 9<"$f"',
  'TSGI_GUARD=9 "$n" -r "$f" /dev/null "$@" <&8 8<&- & p=$!',
  "trap 'kill -TERM $p; { sleep 2; kill -KILL $p; } >&- 2>&- & k=$!' TERM HUP INT",
  'wait $p; s=$?; [ -z "$k" ] || { wait $p; s=$?; kill $k; }',
  `if [ $s = ${TOO_OLD_STATUS} ] && is_unanswered; then too_old; return; fi`,
  "exit $s",
  "}",
];

/** Newest first. */
function each(place: (line: string) => string): string[] {
  return ["24", "22", "20"].map(place);
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

/** For double quotes. */
function escaped(path: string): string {
  return path.replace(/["$`\\]/g, "\\$&");
}
