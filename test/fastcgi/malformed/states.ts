// What a connection may be in the middle of when something odd arrives.
import { encodePairs } from "../../../src/fastcgi/params.ts";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import { outcomesOf } from "../../support/live.ts";
import {
  begin,
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
const NOTHING = new Uint8Array(0);

/** What leads to a state. The application of a running request waits, and has read nothing. */
export const leads: Readonly<Record<State, Uint8Array>> = {
  idle: NOTHING,
  params: Buffer.concat([
    begin(),
    record(FCGI.PARAMS, 1, encodePairs(Object.entries(POST))),
  ]),
  stdin: Buffer.concat([begin(), params(POST), record(FCGI.STDIN, 1, "ab")]),
  running: request({ HTTP_WAIT: "1" }, "ab"),
  ended: request({}, "ab"),
};

/** What is missing of request 1. */
export const rests: Readonly<Record<State, Uint8Array>> = {
  idle: NOTHING,
  params: Buffer.concat([record(FCGI.PARAMS), record(FCGI.STDIN)]),
  stdin: record(FCGI.STDIN),
  running: NOTHING,
  ended: NOTHING,
};

/** Leads a connection into a state. */
export async function lead(peer: Peer, state: State): Promise<void> {
  peer.send(leads[state]);
  await outcomesOf(peer);
}
