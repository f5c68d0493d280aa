// Where in the application a finding comes from.

/** A stack that is looked at only when a finding needs it. */
export type Trace = Error;

// This package's own folder, src or dist: its frames are not the application's.
const OWN = /^(.*[\\/](?:src|dist)[\\/])/.exec(
  fileOf(framesOf(trace())[0]),
)?.[1];

/** Where the program is now. */
export function trace(): Trace {
  return new Error();
}

/** `"/srv/app.js:12:3"`, undefined where no code of the application is on the stack. */
export function placeOf(error: Trace): string | undefined {
  for (const frame of framesOf(error)) {
    const file = fileOf(frame);
    if (file === "" || file.startsWith("node:")) continue;
    if (OWN === undefined || !file.startsWith(OWN))
      return file + positionOf(frame);
  }
  return undefined;
}

function framesOf(error: Trace): string[] {
  return (error.stack ?? "").split("\n").slice(1);
}

/** The file of `at name (file:///srv/app.js:12:3)` or `at /srv/app.js:12:3`. */
function fileOf(frame = ""): string {
  return (
    /(?:\(|at (?:async )?)(?:file:\/\/)?([^()\s]+):\d+:\d+\)?$/.exec(
      frame,
    )?.[1] ?? ""
  );
}

function positionOf(frame: string): string {
  return /:\d+:\d+(?=\)?$)/.exec(frame)?.[0] ?? "";
}
