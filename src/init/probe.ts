/** Milliseconds between the two parts of its stream. */
export const PAUSE = 400;

/** Tells what it was asked, in place of the application: a CommonJS file of its own. */
export const PROBE: string = `module.exports = async function application(environ, startResponse) {
  if (environ.QUERY_STRING === "stream") {
    startResponse("200 OK", [["Content-Type", "text/plain"], ["X-Accel-Buffering", "no"]]);
    return (async function* () {
      yield "first\\n";
      await new Promise((resolve) => setTimeout(resolve, ${PAUSE}));
      yield "second\\n";
    })();
  }
  let length = 0;
  for await (const chunk of environ["tsgi.input"]) length += chunk.length;
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  const { REQUEST_METHOD, REQUEST_URI, SCRIPT_NAME, PATH_INFO, QUERY_STRING, HTTP_AUTHORIZATION, HTTP_COOKIE } = environ;
  return JSON.stringify({
    REQUEST_METHOD, REQUEST_URI, SCRIPT_NAME, PATH_INFO, QUERY_STRING, HTTP_AUTHORIZATION,
    cookie: HTTP_COOKIE?.length, length,
  });
};
`;
