// Stacks of a bundled application name the files and lines its author knows. The map is read for the
// first stack that somebody looks at; most requests have none.

type Format = (error: Error, frames: readonly NodeJS.CallSite[]) => string;

/** Has every stack of this process tell where the code in `file` comes from. @param readMap the text of its source map; throws where there is none */
export function mapStacks(file: string, readMap: () => string): void {
  let format: Format | undefined;
  Error.prepareStackTrace = (error, frames) => {
    format ??= formatter(file, readMap);
    return format(error, frames);
  };
}

function formatter(file: string, readMap: () => string): Format {
  let origin = (place: string): string => place;
  try {
    const { SourceMap } = process.getBuiltinModule("node:module");
    const map = new SourceMap(JSON.parse(readMap()));
    origin = (place) => original(map, place, file);
  } catch {
    // A stack without its map is better than none.
  }
  return (error, frames) => {
    const lines = frames.map((frame) => `\n    at ${origin(String(frame))}`);
    return `${headline(error)}${lines.join("")}`;
  };
}

/** A frame as V8 writes it, with its place replaced where that is in `file`. */
function original(
  map: import("node:module").SourceMap,
  frame: string,
  file: string,
): string {
  const start = frame.indexOf(`${file}:`);
  const [place, line, column] =
    /^:(\d+):(\d+)/.exec(frame.slice(start + file.length)) ?? [];
  if (start < 0 || place === undefined) return frame;
  const found = map.findEntry(Number(line) - 1, Number(column) - 1);
  if (!("originalSource" in found)) return frame;
  const { originalSource, originalLine, originalColumn } = found;
  const rest = frame.slice(start + file.length + place.length);
  return `${frame.slice(0, start)}${originalSource}:${originalLine + 1}:${originalColumn + 1}${rest}`;
}

function headline(error: Error): string {
  try {
    return String(Error.prototype.toString.call(error));
  } catch {
    return "Error";
  }
}
