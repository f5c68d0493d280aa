// Sockets for workers: bound here, listened on and accepted from by them. While this process keeps its copy,
// connections wait in the kernel's queue, though every worker may be gone.
import { lookup } from "node:dns/promises";
import { TsgiError } from "../common/errors.ts";
import { formatAddress, parseAddress } from "./address.ts";
import { isSocket } from "./inherited.ts";
import { listenError } from "./listen.ts";
import { type BoundHandle, bindHandle } from "./node-handle.ts";
import {
  refuseLiving,
  SocketFile,
  type SocketFileOptions,
} from "./socket-file.ts";

/** A socket which nobody listens on yet. */
export interface BoundSocket {
  /** In full: with the port the system chose for port 0. */
  readonly address: string;
  /** Its descriptor in this process. */
  readonly fd: number;
  /**
   * Somebody listens now: a Unix socket gets its name. Again is harmless.
   *
   * @throws {TsgiError} `LISTEN` where somebody else does
   */
  place(): Promise<void>;
  /** Whether whoever connects to the address comes here: the file of a Unix socket may vanish. */
  isReachable(): boolean;
  close(): void;
}

/** @throws {TsgiError} `LISTEN`, with the system's error as its cause */
export async function bindSocket(
  text: string,
  options: SocketFileOptions,
): Promise<BoundSocket> {
  const address = parseAddress(text);
  try {
    if ("path" in address) return await bindPath(address.path, options);
    if ("fd" in address) return inheritedSocket(address.fd);
    return await bindPort(address.host, address.port);
  } catch (cause) {
    throw listenError(address, cause);
  }
}

async function bindPath(
  path: string,
  options: SocketFileOptions,
): Promise<BoundSocket> {
  await refuseLiving(path);
  let handle: BoundHandle | undefined;
  const file = await SocketFile.bind(path, options, (own) => {
    handle = bindHandle(own, -1, -1);
  }).catch((error) => {
    handle?.close();
    throw error;
  });
  const { fd, close } = handle as unknown as BoundHandle;
  let isPlaced = false;
  return {
    address: path,
    fd,
    async place() {
      if (isPlaced) return;
      await file.place();
      isPlaced = true;
    },
    isReachable: () => !isPlaced || file.isInPlace,
    close() {
      file.remove();
      close();
    },
  };
}

async function bindPort(host: string, port: number): Promise<BoundSocket> {
  const { address, family } = await lookup(host);
  const handle = bindHandle(address, port, family === 6 ? 6 : 4);
  return {
    address: formatAddress({ host, port: handle.port }),
    fd: handle.fd,
    place: async () => {},
    isReachable: () => true,
    close: handle.close,
  };
}

/** A parent's, which may do with it what it likes. */
function inheritedSocket(fd: number): BoundSocket {
  if (!isSocket(fd)) {
    throw new TsgiError(
      "LISTEN",
      `Cannot listen on fd:${fd}: it is not a socket`,
    );
  }
  return {
    address: `fd:${fd}`,
    fd,
    place: async () => {},
    isReachable: () => true,
    close: () => {},
  };
}
