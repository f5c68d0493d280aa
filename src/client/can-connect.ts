import { once } from "node:events";
import { connect, type TcpSocketConnectOpts } from "node:net";

/** Where somebody may listen. */
export type Place =
  | { readonly path: string }
  | Pick<TcpSocketConnectOpts, "host" | "port">;

/** Whether somebody listens there now. */
export async function canConnect(place: Place): Promise<boolean> {
  const socket = connect(place as TcpSocketConnectOpts);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
