// What an observer costs: none, figures as workers keep them, and an access log besides.
import { observeAll } from "../../src/common/observer.ts";
import { Run } from "../../src/common/run.ts";
import { AccessLog } from "../../src/insight/access-log.ts";
import { diagnostics } from "../../src/insight/diagnostics.ts";
import { Recorder } from "../../src/insight/recorder.ts";
import { RunningRequests } from "../../src/insight/running-requests.ts";
import { measure } from "./measure.ts";
import { hello, nowhere, parts, settings } from "./request.ts";

const running = new RunningRequests();
const figures = observeAll([
  diagnostics,
  running,
  new Recorder(2_000, running),
]);
let written = 0;
const log = new AccessLog("combined", (line) => {
  written += line.length;
});

function serveWith(observer: typeof figures | undefined): () => void {
  const own = { ...settings, observer };
  return () => void new Run(parts(), nowhere, own).serve(hello);
}

await measure("Observers of a request", {
  none: serveWith(undefined),
  figures: serveWith(figures),
  "figures and access log": serveWith(observeAll([figures, log])),
});
if (written === 0) throw new Error("nothing was logged");
