// What the log tells though no request fails of it.
import type { LogCode } from "../common/log-codes.ts";
import type { Rows } from "./entry.ts";

/** Rows for the codes of the log alone. */
export const logCodes: Rows<LogCode> = {
  BLOCKED: {
    title: "a process is busy without a pause, and answers nobody",
    whose: "the application",
    means:
      "Everything in a process of Node waits for the code that runs. Other workers answer meanwhile.",
    visitor: "pages that do not load, and later 504",
    options: ["--slow", "--block-timeout", "--workers"],
    causes: [
      {
        cause:
          "JavaScript that runs for long: an endless loop, a large JSON, sorting, a slow regular expression",
        says: [
          "Cannot answer any request: this process has been busy for … at <place>",
        ],
        proof:
          "the field stack of the line: its first entry is the place; requests are those that wait",
        cure: "mend the loop; move long work to a worker_threads Worker, or cut it with await setImmediate()",
      },
      {
        cause:
          "a call that waits or computes outside of JavaScript: execSync, readFileSync of a pipe, bcrypt's …Sync",
        says: [
          "Cannot answer any request: this process has been busy for … outside of JavaScript",
        ],
        proof: "the log has the stack when the call returns",
        cure: "the same function without Sync",
      },
      {
        cause: "it went on until --block-timeout, and the process was ended",
        says: [
          "Cannot go on: this process has been busy for … without a pause (--block-timeout), and is ended by SIGKILL",
        ],
        proof: "the lines before it, with the stack",
        cure: "mend that; requests that ran in the process are lost, others are not",
      },
    ],
  },
  SLOW: {
    title: "a request waits for something, for longer than --slow",
    whose: "the application, or what it waits for",
    options: ["--slow", "--request-timeout"],
    causes: [
      {
        cause:
          "a database, another service or a file is slow, and the request has no time limit for it",
        says: ["… has run for … ms, and its answer has not begun"],
        proof:
          "the status page lists slow requests; which target comes again and again?",
        cure: "a time limit for what it waits for, with tsgi.signal; --request-timeout for all",
      },
    ],
  },
  UNCAUGHT: {
    title: "an error outside of any request",
    whose: "the application",
    means:
      "Nobody knows what state the process is in, so it answers what runs, and ends with 1. A worker is replaced.",
    exit: "1",
    causes: [
      {
        cause:
          "a timer, an event without a listener for its errors, or a promise nobody awaits has thrown",
        says: ["… outside of any request"],
        proof: "err.stack in the line",
        cure: 'catch it there: .on("error", …), try and catch in timers, await for promises',
      },
      {
        cause:
          "the supervisor could not read what a worker sent, for code in that worker wrote to a descriptor that is not its own; or it has a fault",
        says: ["the supervisor goes on after it"],
        proof: "err.stack in the line; a SyntaxError of JSON is the former",
        cure: "search the application, and its native packages, for descriptors that are used after they were closed; else report it",
      },
    ],
  },
  WORKER_DIED: {
    title: "a worker ended by itself, and is replaced",
    whose: "the application, or the machine",
    visitor: "502 or 503 for the requests that ran in it",
    options: ["--workers", "--max-memory"],
    causes: [
      {
        cause:
          "it was killed: by the out-of-memory killer, by --block-timeout, or by hand",
        says: ["… is replaced: killed by <signal>"],
        proof:
          "SIGKILL: journalctl -k | grep -i 'killed process', and BLOCKED in the log before",
        cure: "--max-memory below the machine's limit, so that a worker is replaced before; fewer workers",
      },
      {
        cause:
          "it ended: process.exit() in the application, or an error outside of any request",
        says: ["… is replaced: ended with status <status>"],
        proof:
          "the lines of the same pid before it; 134 is a heap that was full",
        cure: "mend what they say",
      },
    ],
  },
  CRASH_LOOP: {
    title: "workers die soon after their start, again and again",
    whose: "the application",
    means:
      "Starts wait longer each time, up to 30 seconds. Where no worker is left, a stand-in answers 503 with Retry-After.",
    visitor: "503 while no worker serves",
    causes: [
      {
        cause:
          "what the application needs is not there: a database, a variable, a file",
        says: [
          "… workers have died early; the next one is started in … s",
          "… answers 503 until a worker can",
        ],
        proof:
          "the first error of a worker in the log; tsgi request with the application and GET / starts one alone",
        cure: "mend it; the next start comes by itself, or at once by tsgi ctl reload",
      },
    ],
  },
  RELOAD: {
    title: "a reload did not happen: the code from before serves on",
    whose: "the application's new code",
    visitor: "nothing: the old workers answer",
    options: ["--check-path", "--start-timeout", "--settle"],
    causes: [
      {
        cause:
          "the new code cannot be loaded, or --check-path was answered with 500 or above",
        says: [
          "…: the workers stay as they are, since new ones cannot serve: …",
        ],
        proof:
          "the reason is in the line, on the status page, and in tsgi ctl status",
        cure: "mend it, and reload again",
      },
    ],
  },
  SOCKET_LOST: {
    title: "the file of a socket is gone while processes serve it",
    whose: "whoever cleans up, or another process on the same path",
    visitor: "502 or 503 until it is there again, about two seconds",
    options: ["--socket"],
    causes: [
      {
        cause:
          "the folder was removed or made anew: RuntimeDirectory= of a service that was restarted, a cleaner of /tmp",
        says: [
          "nobody can reach <socket> any more: the file is gone, or not ours; it will be made anew",
        ],
        proof: "ls -li <socket>, and the log of whatever else uses that folder",
        cure: "a folder of this service alone; RuntimeDirectoryPreserve=yes",
      },
      {
        cause: "another tsgi-fcgi was started on the same path",
        proof: "ss -lxp | grep <socket> shows two processes",
        cure: "one path for each application",
      },
    ],
  },
  LOG_LOST: {
    title: "a log file cannot be written",
    whose: "the machine",
    means:
      "Requests are served all the same. Lines of the access log are counted and dropped meanwhile; the log itself goes on on standard error.",
    visitor: "nothing",
    options: ["--access-log", "--log-file"],
    causes: [
      {
        cause: "the disk is full, or the user may not write there any more",
        says: [
          "the access log cannot be written; its lines are counted and dropped",
          "the access log is written again; … lines were lost",
          "Cannot write to <file>: …; until that works, the log goes on here",
        ],
        proof: "err in the line: ENOSPC, EACCES; df -h and ls -l for the file",
        cure: "make room; with logrotate, create files for the same user, and send SIGUSR2 after it has moved them",
      },
      {
        cause: "the file could not be opened anew after SIGUSR2",
        says: ["<file> is not opened anew"],
        proof: "err in the line; namei -l with the path",
        cure: "mend what it says and send SIGUSR2 again; until then the old file is written",
      },
    ],
  },
};
