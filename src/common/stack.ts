// A stack for a log: the frames that say where the application went wrong.

/** A frame of this very file; the folder it is in, or the bundle of whoever else has it, is ours. */
const OWN =
  /(\/[^():/][^():]*?)(?:\/common\/stack\.[jt]s|\/tsgi-cgi\.cjs)?:\d+:\d+\)?$/m;

/** Drops the frames of Node's inside and of this package, unless no other is left. */
export function applicationFrames(text: string): string {
  const own = OWN.exec(new Error().stack ?? "")?.[1];
  const kept: string[] = [];
  let frames = 0;
  for (const line of text.split("\n")) {
    if (!FRAME.test(line)) kept.push(line);
    else if (!isForeign(line, own)) frames = kept.push(line);
    // The properties of an error open their bracket behind its last frame.
    else if (line.endsWith(" {")) kept.push(`${kept.pop() ?? ""} {`);
  }
  return frames === 0 ? text : kept.join("\n");
}

const FRAME = /^\s+at /;

function isForeign(frame: string, own: string | undefined): boolean {
  if (/\bnode:/.test(frame)) return true;
  return (
    own !== undefined &&
    (frame.includes(`${own}/`) || frame.includes(`${own}:`))
  );
}
