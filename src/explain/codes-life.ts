// What nobody is to blame for, or the load: requests that end early.
import type { Rows } from "./entry.ts";

/** Rows for the codes that are nobody's doing. */
export const lifeCodes: Rows<
  | "ABORTED"
  | "DISCONNECTED"
  | "TIMEOUT"
  | "OVERLOADED"
  | "SHUTDOWN"
  | "NO_WORKER"
> = {
  ABORTED: {
    title: "the web server gave the request up",
    whose: "nobody: the client left, or the web server waited too long",
    means:
      "tsgi.signal is aborted, and nothing more is sent. Only HAProxy says so by itself; others close the connection (DISCONNECTED).",
    visitor: "nothing: nobody waits any more",
    options: ["--abort-grace"],
    causes: [
      {
        cause: "a client that left, or the web server's own time limit",
        says: [
          "Cannot go on with the request: the web server aborted it",
          "Cannot go on: whoever asked has given the request up",
          "Cannot read the whole response: …",
        ],
        proof:
          "the web server's log has the same request with sH or CD (HAProxy), 504, 499",
        cure: "nothing for clients that leave; for time limits answer earlier, or raise timeout server",
      },
      {
        cause:
          "as the asking side: Ctrl-C, --max-time, or the browser left the preview",
        says: [
          "Cannot read the response: it was given up",
          "The client left before the response's end",
        ],
        proof: "it happened when you stopped it",
        cure: "nothing",
      },
    ],
  },
  DISCONNECTED: {
    title: "the web server closed the connection",
    whose: "nobody: the client left, or the web server waited too long",
    means:
      "nginx closes the connection when a client leaves; Apache and lighttpd do when something is sent to a client that has left.",
    visitor: "nothing: nobody waits any more",
    options: ["--half-close", "--abort-grace"],
    causes: [
      {
        cause:
          "the client left: closed the page, pressed stop, has its own time limit",
        says: [
          "Cannot go on with the request: the web server closed the connection",
          "Cannot send the response: the web server closed the connection",
          "Cannot go on: the client closed the connection",
        ],
        proof:
          "the web server's access log: 499 (nginx), or a body shorter than usual",
        cure: "nothing; an application that works long should watch tsgi.signal",
      },
      {
        cause:
          "the web server's patience was over: 60 s (nginx, Apache), 40 s (mod_fcgid)",
        says: ["Cannot send the response: the connection is closed"],
        proof:
          "the web server's error log at the same moment: timed out, AH01075",
        cure: "answer earlier, or raise fastcgi_read_timeout, ProxyTimeout, FcgidIOTimeout; with --request-timeout below it the log says what was slow",
      },
      {
        cause:
          "a web server that only closed its sending side is taken for one that left",
        proof:
          "requests of one client or front only, and the answer was never sent",
        cure: "--half-close answer, where the front sends a half-close after each request",
      },
      {
        cause:
          "mod_cgi or lighttpd ended a CGI program with SIGTERM, since the client left",
        says: [
          "Cannot go on with the request: the web server, or whoever ends processes here, sent …",
        ],
        proof:
          "the access log has the request without a status, or with a short body",
        cure: "nothing",
      },
      {
        cause: "the connection broke",
        says: ["Cannot go on with the connection: …"],
        proof:
          "the field cause of the log line: ECONNRESET is a web server that stopped or reloaded",
        cure: "nothing for single cases; over a network look at firewalls that drop idle connections",
      },
      {
        cause:
          "as the asking side: the process of the application ended inside the response",
        says: [
          "Cannot read the response: the responder closed the connection before its end",
          "Cannot read the response: …",
        ],
        proof:
          "the log of tsgi-fcgi: a crash, SIGKILL, or a failed response that was cut on purpose",
        cure: "mend what that log says",
      },
    ],
  },
  TIMEOUT: {
    title: "something took longer than its limit",
    whose: "the application, or a web server that stays silent",
    visitor: "504, or a response that breaks off",
    options: ["--request-timeout", "--abort-grace", "--params-timeout"],
    causes: [
      {
        cause:
          "the application took longer than --request-timeout, or than timeout() of tsgi/middleware",
        says: ["Cannot wait for the application: it took longer than … ms"],
        proof:
          "the slow requests of the status page; where the event loop is blocked, the log has the stack",
        cure: "make it faster, or answer first and work later; raise --request-timeout only below the web server's own limit",
      },
      {
        cause:
          "a connection did not say completely what it wants within --params-timeout",
        says: ["Cannot wait for the params: they are not complete after … ms"],
        proof:
          "ss -tnp: who holds connections open and sends nothing? a port scanner, a health check that only connects",
        cure: "give the socket to the web server alone (a Unix socket, --allow); check health by --ping-path",
      },
    ],
  },
  OVERLOADED: {
    title:
      "the request waited too long for its turn, or there was no room to wait",
    whose: "the load, or an application that is slower than usual",
    means:
      "The application was not called, so that a client may ask again. The answer has Retry-After.",
    visitor: "503",
    options: [
      "--max-concurrency",
      "--max-queue",
      "--queue-timeout",
      "--workers",
    ],
    causes: [
      {
        cause: "more requests come than the workers can serve",
        says: [
          "Cannot serve the request: it has waited … ms for its turn, while … others ran",
          "Cannot begin the request: … are running and … waiting, as many as allowed",
          "Cannot begin the request: there is no room for it",
        ],
        proof: "the status page: queued is above 0, and event loops are busy",
        cure: "more --workers while there are cores; else make requests cheaper (cache, conditional GET)",
      },
      {
        cause: "few requests that hang hold all places",
        proof: "the status page: running requests that are minutes old",
        cure: "give what they wait for (a database, another service) a time limit, and set --request-timeout",
      },
    ],
  },
  SHUTDOWN: {
    title: "the process ends and could not wait any longer",
    whose: "nobody: a stop or a reload",
    means:
      "Running requests have a time to finish when a process is told to end. This one took longer, and was aborted.",
    visitor: "503, or a response that breaks off",
    options: ["--graceful-timeout"],
    causes: [
      {
        cause:
          "a CGI program got SIGTERM while it loaded, from the web server's timeout",
        says: [
          "Cannot load the application: … came, which web servers send after their timeout; …",
        ],
        proof: "the web server's log has a timeout at the same second",
        cure: "load less (tsgi bench tells what takes long), or raise the server's limit: Timeout or CGIScriptTimeout of Apache",
      },
      {
        cause: "a request ran longer than processes may take to end",
        says: ["Cannot go on with the request: the server is stopping"],
        proof:
          "the log says why it ended just before: SIGTERM, a reload, a limit",
        cure: "a longer time, below the patience of whoever stops it (TimeoutStopSec= of systemd; about 3 s under mod_fcgid); streams should end themselves when tsgi.signal is aborted",
      },
    ],
  },
  NO_WORKER: {
    title: "workers die as soon as they start, and none serves",
    whose: "the application, or what it needs to start",
    means:
      "With --workers, a process without the application answers in place of workers that cannot be had. New ones are tried after 1, 2, 4 up to 30 seconds, and serve as soon as one can.",
    visitor: "503 with Retry-After",
    options: ["--workers", "--start-timeout"],
    causes: [
      {
        cause:
          "the application ends its process while it loads or soon afterwards, or its file was changed to one that does not load",
        says: [
          "Cannot serve the request: workers die as soon as they start; the supervisor's log says why",
        ],
        proof:
          "the log of tsgi-fcgi: each death with its reason; tsgi ctl status shows the latest",
        cure: "repair what the log names; tsgi ctl reload then tries at once. A reload keeps broken code out: restart the whole only where that does not do",
      },
    ],
  },
};
