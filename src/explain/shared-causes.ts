// What several web servers tell, each in its own words.
import type { Cause } from "./entry.ts";

/** The socket is stale. */
export const NOBODY_LISTENS: Cause = {
  cause: "the socket's file is there, but the process behind it has ended",
  proof:
    "ss -lxp | grep <socket> prints nothing; the process's own log or journalctl -u app says why it ended",
  cure: "start it again, and have it started for good: Restart=on-failure in its service",
};

/** There is no socket. */
export const NO_SOCKET: Cause = {
  cause:
    "no process has made the socket, or the web server sees another folder of that name",
  proof:
    "ls -l <socket>; below /tmp, systemctl show nginx apache2 lighttpd -p PrivateTmp tells of a /tmp of its own",
  cure: "start tsgi-fcgi with exactly this path; keep sockets in /run/app, not in /tmp",
};

/** The socket may not be used. */
export const NO_PERMISSION: Cause = {
  cause:
    "the web server's user may not write to the socket, or not enter a folder on the way",
  proof:
    "namei -l <socket>: each folder needs x, the socket itself rw, for the web server's user",
  cure: "start tsgi-fcgi with --socket-group www-data (mode 0660 is the default); chmod o+x the folder that lacks it",
};

/** The kernel holds no further connection. */
export const QUEUE_FULL: Cause = {
  cause:
    "connections come faster than they are taken: the kernel's queue is full",
  proof:
    "ss -lx | grep <socket>: Recv-Q has reached Send-Q; is the process stopped, or its event loop blocked?",
  cure: "look for the blocked loop in the log (--slow); more --workers; a larger --backlog, and net.core.somaxconn with it",
};

/** The process ended inside of a request. */
export const DIED: Cause = {
  cause:
    "the process ended inside of the request: a crash, SIGKILL, the out-of-memory killer, or a stop whose time was over",
  proof: "its own log at that moment; journalctl -k | grep -i 'killed process'",
  cure: "mend the crash; for memory a limit of its own, --max-memory; for stops a longer --graceful-timeout",
};

/** A response was broken off on purpose. */
export const CUT: Cause = {
  cause:
    "the application failed after its headers were sent, and the response was cut on purpose",
  proof: "the same log has a line with tsgi: and the request, just before",
  cure: "mend what that line says; a Content-Length lets clients notice, and kept connections let nginx notice",
};

/** Something else listens. */
export const NOT_FASTCGI: Cause = {
  cause:
    "what listens there does not speak FastCGI: an HTTP server, or another program",
  proof:
    "version 72 is the H of HTTP/1.1; ss -lxp or ss -ltnp names the program",
  cure: "start the application by tsgi-fcgi (a program that listens by itself needs proxy_pass or fcgi's opposite, http://)",
};

/** The request was declined. */
export const OVERLOADED: Cause = {
  cause:
    "the process refused the request: more at once than --max-concurrency and --max-queue, or a role it does not offer",
  proof: "its log says LIMIT or PROTOCOL: tsgi explain LIMIT",
  cure: "more --workers, a larger --max-queue; --authorizer or --filter for roles",
};

/** Output in front of the headers. */
export const PRINTED: Cause = {
  cause:
    "the program printed something before its headers: console.log, a banner, a warning",
  proof:
    "run it as the web server does and look at the first lines: REQUEST_METHOD=GET ./app.cgi",
  cure: "print to standard error; tsgi-cgi does that with whatever an application prints, so start it by that",
};

/** A header that breaks the rules. */
export const BAD_HEADER: Cause = {
  cause: "a header with blanks in its name, a NUL or a control character",
  proof: "tsgi request -i, with the socket and the path, shows the headers",
  cure: "TSGI refuses such headers, so another program answers here; correct that one",
};

/** Headers that do not fit. */
export const BIG_HEADERS: Cause = {
  cause:
    "the application's headers are larger than the web server's buffer; mostly cookies, or a CSP",
  proof:
    "tsgi request -i, with the socket and the path, piped to wc -c; the log of TSGI warns above 8 KiB",
  cure: "nginx: fastcgi_buffer_size 64k and fastcgi_buffers 8 64k; elsewhere send less: a header line must stay below 8 KiB",
};

/** The patience of the web server was over. */
export const SLOW: Cause = {
  cause: "the application sent nothing for as long as the web server waits",
  proof:
    "the slow requests of the status page; --slow 2s logs them, with the stack where the event loop is blocked",
  cure: "answer earlier, or raise fastcgi_read_timeout, ProxyTimeout, FcgidIOTimeout, read-timeout, timeout server; --request-timeout below that turns it into a 504 with a line in the log",
};

/** The upload does not fit. */
export const LARGE_BODY: Cause = {
  cause:
    "an upload is larger than the web server allows; the application never sees it",
  proof: "the length in the line, beside the limit",
  cure: "nginx: client_max_body_size; mod_fcgid: FcgidMaxRequestLen; lighttpd: server.max-request-size; Apache: LimitRequestBody",
};

/** The program may not be executed. */
export const NOT_EXECUTABLE: Cause = {
  cause:
    "the file is not executable, or a folder on the way cannot be entered: uploads lose that bit",
  proof: "namei -l <file>",
  cure: "chmod 755 <file>, and o+x for each folder",
};

/** The first line of the program leads nowhere. */
export const NO_INTERPRETER: Cause = {
  cause:
    "the interpreter of its first line does not exist; with CR LF line ends its name ends with an invisible CR",
  proof: "head -1 <file> | od -c | head -2",
  cure: "sed -i 's/\\r$//' <file>; write the full path that command -v node prints into the first line",
};

/** The PATH of the web server has no node. */
export const NO_NODE: Cause = {
  cause:
    "node is not in the PATH of the web server, which is shorter than yours",
  proof: "env -i PATH=/usr/local/bin:/usr/bin:/bin node --version",
  cure: "the full path of node in the first line of the program, as the comments of apache/app.cgi and app.fcgi say",
};

/** The program could not serve. */
export const STARTED_AND_ENDED: Cause = {
  cause:
    "the program ended before it answered: it cannot load, throws at once, or is told to serve elsewhere",
  proof:
    "start it as the web server's user and read: runuser -u www-data -- <file>",
  cure: "mend what it says there",
};

/** The line quotes another. */
export const OUR_STDERR: Cause = {
  cause: "the application, or TSGI for it, wrote this to the error stream",
  proof: "the text itself",
  cure: "give that text to tsgi explain; --errors stderr keeps such lines in the process's own log",
};
