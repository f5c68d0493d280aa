import type { Table } from "./entry.ts";
import {
  BAD_HEADER,
  BIG_HEADERS,
  CUT,
  DIED,
  NO_PERMISSION,
  NO_SOCKET,
  NOBODY_LISTENS,
  NOT_FASTCGI,
  OUR_STDERR,
  PRINTED,
  SLOW,
} from "./shared-causes.ts";

/** Apache's error log, of the server itself and mod_proxy_fcgi. */
export const apacheLines: Table = {
  "apache-refused": {
    says: [
      "(111)Connection refused: AH02454: FCGI: attempt to connect to Unix domain socket <socket> (…) failed",
      "(111)Connection refused: AH00957: FCGI: attempt to connect to <socket> (…) failed",
    ],
    title: "nothing listens on the socket",
    visitor: "503",
    causes: [NOBODY_LISTENS],
  },
  "apache-no-socket": {
    says: [
      "(2)No such file or directory: AH02454: FCGI: attempt to connect to Unix domain socket <socket> (…) failed",
    ],
    title: "there is no socket",
    visitor: "503",
    causes: [NO_SOCKET],
  },
  "apache-permission": {
    says: [
      "(13)Permission denied: AH02454: FCGI: attempt to connect to Unix domain socket <socket> (…) failed",
    ],
    title: "Apache may not use the socket",
    visitor: "503",
    causes: [NO_PERMISSION],
  },
  "apache-connect": {
    says: ["AH01079: failed to make connection to backend"],
    title: "no connection to the process",
    means: "The line before it says why: AH02454 or AH00957.",
    visitor: "503",
    causes: [NOBODY_LISTENS, NO_SOCKET, NO_PERMISSION],
  },
  "apache-dns": {
    says: ["AH00898: DNS lookup failure for: … returned by"],
    title: "the host of the fcgi:// address is unknown",
    visitor: "500",
    causes: [
      {
        cause:
          "a name that no name server knows; behind unix:…| the name after fcgi:// is never looked up",
        proof: "getent hosts, with the name of the line",
        cure: "127.0.0.1, or the form unix:/run/app/app.sock|fcgi://app/",
      },
    ],
  },
  "apache-closed-early": {
    says: [
      "AH01067: Failed to read FastCGI header",
      "(70014)End of file found: … AH01075: Error dispatching request to",
      "(104)Connection reset by peer: … AH01075: Error dispatching request to",
    ],
    title: "the process closed the connection before the response was complete",
    visitor: "503, or a response that breaks off",
    causes: [DIED, CUT],
  },
  "apache-timeout": {
    says: [
      "(70007)The timeout specified has expired: … AH01075: Error dispatching request to",
    ],
    title:
      "the application was silent for longer than ProxyTimeout, or timeout= of ProxyPass",
    visitor: "504, or a response that breaks off",
    causes: [SLOW],
  },
  "apache-version": {
    says: [
      "AH01068: Got bogus version",
      "AH01072: Got bogus record",
      "AH01069: Got bogus rid",
    ],
    title: "the answer is not FastCGI",
    visitor: "503",
    causes: [NOT_FASTCGI],
  },
  "apache-headers": {
    says: ["AH01070: Error parsing script headers"],
    title: "the answer's headers make no sense, or are too long",
    means:
      "The line before it says which: malformed header, or Premature end of script headers.",
    visitor: "500",
    causes: [BIG_HEADERS, PRINTED],
  },
  "apache-header-name": {
    says: ["AH02429: Response header name … contains invalid characters"],
    title: "a header's name has blanks or other characters it may not have",
    visitor: "500",
    causes: [BAD_HEADER],
  },
  "apache-status": {
    says: ["Invalid status line from script"],
    title: "the Status line has no code from 100 to 999",
    visitor: "500",
    causes: [BAD_HEADER],
  },
  "apache-stderr": {
    says: ["AH01071: Got error"],
    title: "a line of the application",
    causes: [OUR_STDERR],
  },
  "apache-header-field": {
    says: ["AH00561: Request header exceeds LimitRequestFieldSize"],
    title: "the client's header line is longer than Apache takes",
    visitor: "400",
    causes: [
      {
        cause: "cookies that have grown above 8,190 bytes",
        proof: "the browser's cookies for this site",
        cure: "delete the cookies that are not needed, smaller ones, or LimitRequestFieldSize 16380 in the server's configuration",
      },
    ],
  },
  "apache-workers": {
    says: [
      "AH00484: server reached MaxRequestWorkers setting",
      "AH10159: server is within MinSpareThreads of MaxRequestWorkers",
    ],
    title: "all of Apache's threads are busy",
    means:
      "Each waits for a client or for the application; new clients wait until one is free.",
    visitor: "a page that does not begin to load",
    causes: [
      {
        cause:
          "the application is slower than requests come, so that threads collect",
        proof:
          "the status page of TSGI: running is near MaxRequestWorkers, or the event loops are busy",
        cure: "make it faster, more --workers, --request-timeout; then MaxRequestWorkers",
      },
    ],
  },
  "apache-denied": {
    says: ["AH01630: client denied by server configuration"],
    title: "Apache lets nobody in there",
    visitor: "403",
    causes: [
      {
        cause: "Require all granted is missing for this folder or location",
        proof:
          "the path in the line, and the <Directory> or <Location> that holds for it",
        cure: "Require all granted there, as in apache/proxy-fcgi.conf",
      },
    ],
  },
  "apache-search": {
    says: [
      "AH00035: access to … denied (filesystem path '<file>') because search permissions are missing",
    ],
    title: "Apache's user cannot enter a folder on the way",
    visitor: "403",
    causes: [
      {
        cause:
          "a folder without x for others: a home folder is 0700 or 0750 on many systems",
        proof: "namei -l <file>",
        cure: "chmod o+x for the folder that lacks it",
      },
    ],
  },
  "apache-htaccess": {
    says: ["/.htaccess: … not allowed here"],
    title: "the host forbids this directive in .htaccess",
    visitor: "500, for everything below that folder",
    causes: [
      {
        cause: "AllowOverride does not have what the directive needs",
        proof: "the directive in the line",
        cure: "leave it out; instead of CGIPassAuth: RewriteRule ^ - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]",
      },
    ],
  },
  "apache-command": {
    says: [
      "Invalid command '…', perhaps misspelled or defined by a module not included",
    ],
    title: "a directive Apache does not know",
    visitor: "500, or Apache does not start",
    causes: [
      {
        cause: "its module is not loaded, or it is misspelled",
        proof: "apache2ctl -M shows the modules",
        cure: "a2enmod proxy_fcgi, fcgid, cgid or rewrite, and restart Apache",
      },
    ],
  },
  "apache-loop": {
    says: ["AH00124: Request exceeded the limit of 10 internal redirects"],
    title: "a request that is sent round and round",
    visitor: "500",
    causes: [
      {
        cause:
          "a rewrite rule that matches its own target, or a CGI program whose Location: is a path without Status",
        proof:
          "is there a RewriteCond %{REQUEST_FILENAME} !-f before the rule?",
        cure: "that condition, as in apache/cgi.htaccess; TSGI always sends a Status, which prevents the other",
      },
    ],
  },
};
