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
  ...each((line) => `"$_home"/.nvm/versions/node/v${line}.[0-9]*"/bin/node"`),
  ...each((line) => `"$_home"/nodevenv/[!.]*"/${line}/bin/node"`),
  '"$_home/.local/bin/node"',
  '"$_home/.volta/bin/node"',
  '"$_home/bin/node"',
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
    "case $0 in [/]*) _f=$0 ;; *) _f=./$0 ;; esac",
    `_cgi=\${GATEWAY_INTERFACE:+$REQUEST_METHOD}`,
    '[ -z "$TSGI_RESIDE" ] || _cgi=; _old=; _killer=',
    ...ANSWERING,
    ...RUNNING,
    ...(node === undefined
      ? []
      : [`_n=${quoted(node)}; [ -x "$_n" ] && run "$_n" "$@"`]),
    'command -v node >/dev/null && run node "$@"',
    '_home=$HOME; [ -n "$_home" ] || eval "_home=~$(id -un)"',
    `for _n in ${PLACES.join(" ")}; do [ -x "$_n" ] && run "$_n" "$@"; done`,
    `_looked="${[...(node === undefined ? [] : [escaped(node)]), "PATH ($PATH)"].join(", ")} and the usual places of cPanel, CloudLinux, nvm, Volta and $_home"`,
    `if [ -n "$_old" ]; then answer NODE_TOO_OLD "Cannot start $_f:$_old and this needs ${NEEDED}; build the file with --node and the path of a newer one"`,
    'else answer NODE_MISSING "Cannot start $_f: there is no node in $_looked; build the file with --node and its path"; fi',
    '[ -z "$_cgi" ] || exit 1',
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
  `trap - EXIT; _i=$$; echo "tsgi: \${_cgi:+incident $_i: }$1: $2" >&2`,
  `[ -z "$_cgi" ] || printf 'Content-Type: text/plain; charset=utf-8\\r\\nContent-Length: %s\\r\\nStatus: 500 Internal Server Error\\r\\n\\r\\n${PAGE}' $((${PAGE_LENGTH} + \${#_i} + \${#1})) $_i "$1"`,
  '[ -z "$_cgi" ] || [ ! -S /dev/fd/0 ] || cat >/dev/null',
  "}",
];

/** Statuses of the shell's own: it has begun to read this, and it is about to start Node. */
const BEGUN = 70;
const STARTING = 71;

/**
 * The shell in front of Node, which passes on that it is to end; and SIGKILL where that does not do, for a
 * web server would only kill the shell. Descriptor 9 is for src/cgi/guard.ts; 8 is stdin, which the
 * shell takes from what is behind it. Where nothing can be started, nothing may be needed to say so.
 */
const RUNNING: readonly string[] = [
  'is_unanswered() { read -r _mark <&9; case $_mark in "#!"*) return 0 ;; esac; return 1; }',
  "died() {",
  "is_unanswered || exit $_s",
  "case $_s in",
  `${STARTING}) _how="could not be started" ;;`,
  '134) _how="was ended by SIGABRT" ;;',
  '137) _how="was ended by SIGKILL"; [ -z "$_killer" ] || _how="did not end within 2 seconds of SIGTERM" ;;',
  '139) _how="was ended by SIGSEGV" ;;',
  '152) _how="was ended by SIGXCPU" ;;',
  `*) _how="ended with status $_s"`,
  `[ $(wc -c <"$_f") -ge ${LENGTH} ] || { answer DAMAGED "Cannot start $_f: it is shorter than it was built, so its upload was cut; upload it again, in binary mode"; exit 1; } ;;`,
  "esac",
  'answer NODE_DIED "Cannot answer: $_n $_how before it had answered anything; what it said is above, and tsgi explain NODE_DIED tells causes"',
  "exit 1",
  "}",
  `[ -z "$_cgi" ] || { _s=${BEGUN}; exec 8<&0 9<"$_f"; trap died EXIT; }`,
  'too_old() { _old="$_old $(command -v "$_n") is Node $("$_n" --version),"; }',
  "run() {",
  "_n=$1; shift",
  'if [ -z "$_cgi" ]; then',
  `case $("$_n" --version) in ${TOO_OLD.join(" | ")}) too_old; return ;; esac`,
  'exec "$_n" -r "$_f" /dev/null "$@"',
  "fi",
  `exec 9<"$_f"; _s=${STARTING}`,
  'TSGI_GUARD=9 "$_n" -r "$_f" /dev/null "$@" <&8 8<&- & _p=$!',
  `trap 'kill -TERM $_p; { sleep 2; kill -KILL $_p; } <&- >&- 2>&- 8<&- 9<&- & _killer=$!; trap "" TERM HUP INT' TERM HUP INT`,
  'wait $_p; _s=$?; [ -z "$_killer" ] || { wait $_p; _s=$?; kill $_killer 2>/dev/null; }',
  `if [ $_s = ${TOO_OLD_STATUS} ] && is_unanswered; then too_old; return; fi`,
  "exit $_s",
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
