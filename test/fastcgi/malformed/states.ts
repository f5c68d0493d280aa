// What a connection may be in the middle of when something odd arrives.
import { encodePairs } from "../../../src/fastcgi/params.ts";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import {
  begin,
  getValues,
  type Peer,
  params,
  record,
  request,
  VARIABLES,
} from "../../support/peer.ts";

/** What has been sent of request 1: nothing, its pairs, half a body, all of it; or it has been answered. */
export const states = ["idle", "params", "stdin", "running", "ended"] as const;
export type State = (typeof states)[number];

const POST = { ...VARIABLES, REQUEST_METHOD: "POST" };
const PAIRS = encodePairs(Object.entries(POST));

/** Leads a connection into a state; where that has effects they are over. */
export async function lead(peer: Peer, state: State): Promise<void> {
  switch (state) {
    case "idle":
      return;
    case "params":
      return peer.send(begin(), record(FCGI.PARAMS, 1, PAIRS));
    case "stdin":
      await peer.send(begin(), params(POST), record(FCGI.STDIN, 1, "ab"));
      return flush(peer);
    case "running":
      // The application waits, and has read nothing.
      await peer.send(request({ HTTP_WAIT: "1" }, "ab"));
      return flush(peer);
    case "ended":
      await peer.send(request({}, "ab"));
      await peer.untilEnd();
  }
}

/** Resolves when the responder has handled all it was sent. */
export async function flush(peer: Peer): Promise<void> {
  await peer.send(getValues());
  for (;;) {
    const next = await peer.nextRecord();
    if (next === undefined || next.type === FCGI.GET_VALUES_RESULT) return;
  }
}
