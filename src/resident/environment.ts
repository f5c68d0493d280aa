/** Those that describe the request which happened to start the process, or the connection it came by. */
const OF_A_REQUEST =
  /^(?:AUTH_TYPE|CONTENT_(?:LENGTH|TYPE)|CONTEXT_(?:PREFIX|DOCUMENT_ROOT)|DOCUMENT_(?:ROOT|URI)|FCGI_ROLE|GATEWAY_INTERFACE|HTTPS|PATH_(?:INFO|TRANSLATED)|QUERY_STRING|REMOTE_(?:ADDR|HOST|IDENT|PORT|USER)|REQUEST_(?:METHOD|SCHEME|URI)|SCRIPT_(?:FILENAME|NAME|URI|URL)|SERVER_(?:ADDR|ADMIN|NAME|PORT|PROTOCOL|SIGNATURE|SOFTWARE)|UNIQUE_ID|(?:HTTP|REDIRECT|SSL)_.*)$/;

/**
 * Takes the variables of a request out of an environment, so that no request finds those of another
 * there, and `HTTP_PROXY` does not become the proxy of HTTP clients. What the web server sets for
 * all requests (`SetEnv`) stays.
 */
export function dropRequestVariables(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (OF_A_REQUEST.test(name)) delete environment[name];
  }
}
