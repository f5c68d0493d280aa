// Streams of node:stream are known by their methods, since to import them would slow down each CGI start.

interface NodeStream {
  on(event: "error", listener: () => void): unknown;
  pipe: unknown;
  destroy(): unknown;
}

/**
 * Destroys a stream that nobody reads, such as a file's that could not even be opened: an error
 * without a listener would end the process.
 *
 * @returns false for anything but a stream of node:stream
 */
export function destroyStream(value: object): boolean {
  if (!isNodeStream(value)) return false;
  value.on("error", () => {});
  value.destroy();
  return true;
}

function isNodeStream(value: object): value is NodeStream {
  const { on, pipe, destroy } = value as Partial<NodeStream>;
  return [on, pipe, destroy].every((method) => typeof method === "function");
}
