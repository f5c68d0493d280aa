// What the web server, or a client through it, is to blame for.
import type { Rows } from "./entry.ts";

/** Rows for the codes whose doing is the peer's. */
export const peerCodes: Rows<
  "PROTOCOL" | "LIMIT" | "BAD_REQUEST" | "BODY_TOO_LARGE" | "INCOMPLETE_BODY"
> = {
  PROTOCOL: {
    title: "what came is not FastCGI as the specification has it",
    whose: "whoever connected: a web server's setting, or no web server at all",
    means:
      "Where the bytes cannot be trusted any further the connection is closed, and the requests on it are aborted. A record that makes no sense is dropped, and the request goes on.",
    visitor: "502 or 503 from the web server; where HTTP came in, our 400",
    options: ["--allow", "--authorizer", "--filter", "--no-multiplex"],
    causes: [
      {
        cause:
          "a browser, a health check or proxy_pass speaks HTTP to a FastCGI socket",
        says: ["Cannot read FastCGI: the peer speaks HTTP"],
        proof:
          "look for proxy_pass, http:// or ProxyPass http: with this address in the web server's configuration",
        cure: "nginx: fastcgi_pass instead of proxy_pass; Apache: fcgi:// instead of http://; HAProxy: proto fcgi",
      },
      {
        cause:
          "another program writes to this port, or bytes of an earlier answer are in the way",
        says: ["Cannot read FastCGI version <version>: only version 1 exists"],
        proof:
          "version 71, 80 or 72 is the letter G, P or H of HTTP, 22 is TLS; ss -tnp shows who is connected",
        cure: "give the FastCGI socket to the web server alone: a Unix socket, or --allow with its address",
      },
      {
        cause: "a connection came from an address that is not in --allow",
        says: [
          "Cannot accept a connection from <address>: it is not in the list of web servers",
        ],
        proof: "is <address> the web server's? then its address has changed",
        cure: "add it: --allow <address> (or the variable FCGI_WEB_SERVER_ADDRS); else close the port to it",
      },
      {
        cause: "the web server asks for a role that is not offered",
        says: ["Cannot begin request …: its role is not offered"],
        proof:
          'lighttpd: "mode" => "authorizer"; mod_authnz_fcgi; FcgidAuthorizer',
        cure: "start with --authorizer or --filter, or take the setting out of the web server",
      },
      {
        cause: "a record in the wrong place or of the wrong size",
        says: [
          "Cannot begin request …: BEGIN_REQUEST has … bytes, not 8",
          "Cannot begin request …: it is running already",
          "Cannot begin a request: its id is 0",
          "Cannot use a record of type …: a web server has none to send",
          "Cannot use PARAMS: their stream has ended already",
          "Cannot use STDIN: its stream has ended already",
          "Cannot decode the params: the pair at byte … runs past their end",
        ],
        proof: "which program is the peer? no web server we know sends that",
        cure: "report it to the author of that program; with a known web server, to us, with its version",
      },
      {
        cause:
          "as the asking side (tsgi request, the preview): the answer of a responder or CGI program is malformed",
        says: [
          "Cannot read the response's header block: …",
          "Cannot get a response from the responder: …",
          "Cannot pass the response on: it has more bytes than its Content-Length says",
          "Cannot pass the response on: its Content-Length is not one number",
        ],
        proof:
          "tsgi request -i shows what comes; a program that prints to standard output before its headers does this",
        cure: "have the program write to standard error instead, and begin with its headers",
      },
    ],
  },
  LIMIT: {
    title: "a peer wants more than the limits allow",
    whose: "the web server, or the load",
    means:
      "FCGI_OVERLOADED comes with a whole page, since servers make different things of it alone: nginx and HAProxy 502, mod_fcgid and lighttpd 500, Apache's mod_proxy_fcgi an empty 200. So it still is with --engine node-fastcgi.",
    visitor:
      "431 for params that are too large; 503 with Retry-After where there is no room",
    options: [
      "--max-concurrency",
      "--max-queue",
      "--max-connections",
      "--max-params",
      "--max-params-bytes",
      "--max-buffered-bytes",
    ],
    causes: [
      {
        cause:
          "more requests at once than --max-concurrency, and the queue is full",
        says: [
          "Cannot begin request …: … are running or waiting, as many as allowed",
          "Cannot begin request …: … are running and … waiting, as many as allowed",
        ],
        proof:
          "the status page, or tsgi ctl status: running and queued are at their limits",
        cure: "find out what is slow (--slow); then more workers, or a larger --max-queue for short peaks",
      },
      {
        cause: "more connections at once than --max-connections",
        says: ["Cannot begin request …: there are more than … connections"],
        proof: "ss -xp or ss -tnp counts the connections to the process",
        cure: "fewer kept connections in the web server (nginx: keepalive), or a larger --max-connections",
      },
      {
        cause: "a request has more variables, or longer ones, than the limits",
        says: [
          "Cannot accept the params: there are more than …",
          "Cannot accept the params: they exceed … bytes",
        ],
        proof:
          "the client's headers: very long cookies, hundreds of header lines",
        cure: "clear the cookies the application sets without end; or raise --max-params, --max-params-bytes",
      },
      {
        cause:
          "a body came before its params, or answers are asked for and not read",
        says: [
          "Cannot keep more than … bytes of a body in front of its params",
          "Cannot answer the peer any more: it asks and does not read",
        ],
        proof: "no web server does this; ss -tnp shows who is connected",
        cure: "give the socket to the web server alone: a Unix socket, or --allow",
      },
      {
        cause:
          "as the asking side: the answer's header block is longer than we read",
        says: ["Cannot read the response's header block: it exceeds … bytes"],
        proof: "tsgi request -i PATH",
        cure: "send fewer or shorter headers; web servers break at 4 to 8 KiB",
      },
    ],
  },
  BAD_REQUEST: {
    title: "the request makes no sense",
    whose: "the client",
    means:
      "It is refused, and the application is not called or may say so itself.",
    visitor: "400",
    causes: [
      {
        cause:
          "a path, a variable or a method that no client sends by accident: a scanner",
        says: [
          "Cannot accept the request: …",
          "Cannot accept … …: it is not a number of bytes",
          "Cannot decode the params: the pair at byte … runs past their end",
        ],
        proof: "the access log: the same address tries other odd things",
        cure: "nothing; the web server can block such clients",
      },
      {
        cause: "the Host header is none",
        says: [
          "Cannot make a URL of the request: its host is not one",
          "Cannot make a URL of the request: its host is none",
          "Cannot use host …",
        ],
        proof: "curl with the host that the log shows",
        cure: "let the web server answer only for the names of its site (nginx: server_name and a default server)",
      },
      {
        cause: "a body of another form than the application reads",
        says: ["Cannot use the body: …"],
        proof: "the request's Content-Type, and the first bytes of its body",
        cure: "correct the client; where it is right, read the body in another way",
      },
      {
        cause: "a path that is not UTF-8, or that fetch's classes refuse",
        says: [
          "Cannot decode the path: it is not UTF-8",
          "Cannot make a Request of the request: …",
        ],
        proof:
          "the request line in the access log has %-escapes above %7F that are no UTF-8",
        cure: "nothing, where scanners send it; else encode links as UTF-8",
      },
    ],
  },
  BODY_TOO_LARGE: {
    title: "the request's body is larger than allowed",
    whose: "the client, or a limit that is too small",
    visitor: "413",
    options: ["--max-body", "--max-spooled-bytes"],
    causes: [
      {
        cause:
          "it exceeds --max-body, or the limit the application itself gave",
        says: [
          "Cannot accept a body of … bytes: the limit is …",
          "Cannot read the body: it exceeds … bytes",
        ],
        proof:
          "tsgi-fcgi --print-config app.js shows max-body and where it comes from",
        cure: "raise --max-body, and the web server's own limit with it (docs/deployment.md, Limits)",
      },
      {
        cause:
          "no room for a temporary file, which a body goes to while nobody reads it",
        says: ["Cannot keep a body in a temporary file: …"],
        proof: "df -h and df -i for $TMPDIR, or /tmp",
        cure: "make room, or point TMPDIR to another disk; --max-spooled-bytes bounds what is used",
      },
    ],
  },
  INCOMPLETE_BODY: {
    title: "the body ended before its length",
    whose: "the client, or the network",
    means:
      "An upload was broken off. An application that reads it has this error, and should not store what it has.",
    visitor: "400, though hardly anybody is there to see it",
    causes: [
      {
        cause:
          "the client left while it sent, or the web server gave up reading from it",
        says: ["Cannot read the body: it ended after … of … bytes"],
        proof: "the web server's access log: 499 (nginx), 408, or a short time",
        cure: "nothing for single cases; for many: longer client_body_timeout (nginx), RequestReadTimeout (Apache)",
      },
    ],
  },
};
