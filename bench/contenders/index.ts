import type { Contender } from "./contender.ts";
import { nodeFastcgi, nodeHttp, tsgi, tsgiOnNodeFastcgi } from "./node.ts";
import { go, libfcgi, phpFpm, plack, uwsgi } from "./others.ts";

export { type Contender, missing, type Place } from "./contender.ts";
export {
  expressHttp,
  nodeHttp,
  nodeHttpTcp,
  tsgi,
  tsgiExpress,
} from "./node.ts";

/** All who serve the plain work; node:http is what the others are compared with. */
export const everybody: readonly Contender[] = [
  nodeHttp,
  tsgi,
  tsgiOnNodeFastcgi,
  nodeFastcgi,
  phpFpm,
  go,
  uwsgi,
  plack,
  libfcgi,
];
