// What Node has and does not document: sockets that are bound and neither listen nor accept, and the
// numbers of their descriptors. As in Node 20, 22 and 24; test/fastcgi/node-handle.test.ts holds it.
import net, { type Socket } from "node:net";
import { getSystemErrorMap } from "node:util";

/** libuv's handle of a socket. */
export interface BoundHandle {
  readonly fd: number;
  close(): void;
  /** The port the system chose, for TCP. */
  readonly port: number;
}

interface NodeHandle {
  readonly fd: number;
  close(): void;
  getsockname?(out: { port?: number }): number;
}

type CreateServerHandle = (
  address: string,
  port: number,
  addressType: number,
) => NodeHandle | number;

/**
 * Binds to a path (port -1, family -1), or to an address of family 4 or 6.
 *
 * @throws the system's error
 */
export function bindHandle(
  address: string,
  port: number,
  family: -1 | 4 | 6,
): BoundHandle {
  const create = Reflect.get(net, "_createServerHandle") as CreateServerHandle;
  const handle = create(address, port, family);
  if (typeof handle === "number") throw systemError(handle, address);
  const bound: { port?: number } = {};
  handle.getsockname?.(bound);
  // libuv tells of a port in use when one listens, which others are to do.
  if (family !== -1 && !bound.port) {
    handle.close();
    throw Object.assign(new Error("bind EADDRINUSE"), {
      code: "EADDRINUSE",
      syscall: "bind",
    });
  }
  return { fd: handle.fd, close: () => handle.close(), port: bound.port ?? 0 };
}

function systemError(number: number, address: string): Error {
  const [code = "EIO"] = getSystemErrorMap().get(number) ?? [];
  return Object.assign(new Error(`bind ${code} ${address}`), {
    code,
    syscall: "bind",
  });
}

/** Stops reading from a socket, and returns its handle; who has sent that elsewhere destroys the socket. Undefined where it is closed. */
export function detachHandle(socket: Socket): unknown {
  const handle: { readStop(): void } | null = Reflect.get(socket, "_handle");
  // What arrives from now on is for whoever reads next.
  handle?.readStop();
  return handle ?? undefined;
}

/** A socket of a handle that another process has sent. */
export function attachHandle(handle: unknown): Socket {
  const options = {
    handle,
    allowHalfOpen: true,
    readable: true,
    writable: true,
  };
  return new net.Socket(options as net.SocketConstructorOpts).setNoDelay();
}
