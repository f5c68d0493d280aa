// Sockets a parent has left open for us: the web server's on descriptor 0 (FastCGI 1.0, section 2.2),
// systemd's from descriptor 3 on (sd_listen_fds(3)).
import { fstatSync, readFileSync, readlinkSync } from "node:fs";

const FIRST = 3;

/**
 * Their addresses, such as `"fd:0"`. Whether descriptor 0 listens, or is a connected socket as
 * under mod_cgid, shows only when one tries.
 */
export function inheritedAddresses(): string[] {
  const descriptors = isSocket(0) ? [0] : [];
  const { LISTEN_FDS, LISTEN_PID } = process.env;
  if (LISTEN_FDS !== undefined && LISTEN_PID === String(process.pid)) {
    for (let index = 0; index < Number(LISTEN_FDS); index++) {
      descriptors.push(FIRST + index);
    }
  }
  return descriptors.map((descriptor) => `fd:${descriptor}`);
}

/** Whether a descriptor is open, and a socket of whatever kind. */
export function isSocket(descriptor: number): boolean {
  try {
    // As bigint: after the other kind Node 20 does not see that the next path it resolves has links,
    // and evaluates a CommonJS package which an ES module imports from there as an empty one.
    return fstatSync(descriptor, { bigint: true }).isSocket();
  } catch {
    return false;
  }
}

/** Where Linux lists sockets; the columns of their inode and their state, and what that says of a connected one. */
const TABLES = [
  { file: "/proc/net/unix", inode: 6, state: 5, connected: "03" },
  { file: "/proc/net/tcp", inode: 9, state: 3, connected: "01" },
  { file: "/proc/net/tcp6", inode: 9, state: 3, connected: "01" },
];

/**
 * Whether a descriptor is a connected socket, as standard input may be, on which nobody can listen. Only
 * Linux tells without trying.
 */
export function isConnected(descriptor: number): boolean {
  try {
    const link = readlinkSync(`/proc/self/fd/${descriptor}`);
    const number = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    return TABLES.some(({ file, inode, state, connected }) => {
      const rows = readFileSync(file, "latin1").split("\n");
      return rows
        .map((row) => row.trim().split(/\s+/))
        .some((row) => row[inode] === number && row[state] === connected);
    });
  } catch {
    return false;
  }
}
