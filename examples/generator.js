// A body made step by step: each chunk is on its way before the next one is computed.

/** @type {import("tsgi").Application} */
export default function* multiplication(environ, startResponse) {
  const n = Number(new URLSearchParams(environ.QUERY_STRING).get("n") ?? 7);
  if (!Number.isInteger(n)) {
    startResponse("400 Bad Request", [["Content-Type", "text/plain"]]);
    yield "n must be a whole number\n";
    return;
  }
  startResponse("200 OK", [["Content-Type", "text/plain; charset=utf-8"]]);
  for (let i = 1; i <= 10; i++) yield `${i} × ${n} = ${i * n}\n`;
}
