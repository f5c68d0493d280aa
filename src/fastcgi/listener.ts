import { once } from "node:events";
import type { Server } from "node:net";

/** A server that listens, and how to undo it. */
export interface Listener {
  /** The address in full: with the port the system chose for port 0. */
  readonly address: string;
  /** Stops listening at once; connections stay. */
  close(): void;
  /** Whether a Unix socket still has its name; undefined for what has none. */
  readonly isReachable?: () => boolean;
}

/** Resolves when the server listens; rejects with what keeps it from that. */
export async function listening(
  server: Server,
  options: {
    path?: string;
    fd?: number;
    host?: string;
    port?: number;
    backlog: number;
  },
): Promise<void> {
  const ready = once(server, "listening");
  server.listen(options);
  await ready;
}
