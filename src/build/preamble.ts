// The first lines of a built file: a shell script that finds Node, and a comment of JavaScript.

/** Where Node is found on hosts that do not have it in the PATH of their web server. */
const PLACES: readonly string[] = [
  // cPanel's own packages, then those of its "Node.js Selector" (CloudLinux).
  ...each((line) => `/opt/cpanel/ea-nodejs${line}/bin/node`),
  ...each((line) => `/opt/alt/alt-nodejs${line}/root/usr/bin/node`),
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
    ...findingNode(node),
  ];
  return `#!/usr/bin/env -S /bin/sh\n${lines.map((line) => `${line} #\n`).join("")}*/;`;
}

/**
 * Lines of a shell script that becomes Node with the file `$0` and further arguments, or tells where it has looked.
 *
 * @param node as for {@link preamble}
 */
export function findingNode(node: string | undefined): string[] {
  return [
    "case $0 in [/]*) f=$0 ;; *) f=./$0 ;; esac",
    'run() { n=$1; shift; exec "$n" -r "$f" /dev/null "$@"; }',
    ...(node === undefined
      ? []
      : [`n=${quoted(node)}; [ -x "$n" ] && run "$n" "$@"`]),
    'n=$(command -v node) && run "$n" "$@"',
    'home=$HOME; [ -n "$home" ] || eval "home=~$(id -un)"',
    `for n in ${PLACES.join(" ")}; do [ -x "$n" ] && run "$n" "$@"; done`,
    `looked="${[...(node === undefined ? [] : [escaped(node)]), "PATH ($PATH)"].join(", ")} and the usual places of cPanel, CloudLinux, nvm, Volta and $home"`,
    "i=$$",
    `echo "tsgi: \${REQUEST_METHOD:+incident $i: }NODE_MISSING: Cannot start $f: there is no node in $looked; build the file with --node and its path" >&2`,
    '[ -n "$REQUEST_METHOD" ] || exit 127',
    `printf 'Content-Type: text/plain; charset=utf-8\\r\\nStatus: 500 Internal Server Error\\r\\n\\r\\n500 Internal Server Error\\n\\nThe request could not be served. Incident %s (NODE_MISSING).\\n' "$i"`,
    "exit 1",
  ];
}

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
