// What faults come to, as tests of this folder see it.

/** Either way to serve. */
export const WAYS: readonly {
  readonly name: string;
  readonly args: readonly string[];
}[] = [
  { name: "two workers", args: ["--workers", "2"] },
  { name: "one process", args: [] },
];

/** How an answer ends that is cut: a web server sees it, and tells the visitor 502 or half a page. */
export const CUT: RegExp =
  /The connection ended \((FIN|reset)\) before request 1 did/;

/** Nobody is there: a web server says 502 or 503. */
export const NOBODY: RegExp = /connect (ECONNREFUSED|ENOENT)/;

/** An application whose answer is the number of its process. */
export const PID_APPLICATION: string = `export default async (environ, startResponse) => {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return String(process.pid);
};
`;
