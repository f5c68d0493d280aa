// What `tsgi ctl status` prints.
import assert from "node:assert/strict";
import { test } from "node:test";
import { statusText } from "../../src/cli/commands/status-text.ts";
import { NOW, status } from "../insight/sample.ts";

test("statusText shows workers, totals, restarts and events", () => {
  assert.equal(
    statusText(status(), NOW),
    `app.js: 2 workers, generation 2, up 1 h 1 min, tsgi 1.0.0, Node v22.1.0

worker   pid  state          age  requests    /s  running  queued    memory  busy     lag
   1.2  4711  serving  1 min 5 s         0  12.3        2       1  64.0 MiB  26 %  3.2 ms
   2.2  4712  leaving  1 min 5 s         0  12.3        2       1  64.0 MiB  26 %  3.2 ms

1234 requests, 3 failed, 4 aborted, 5 refused, half within 0.6 ms, 99 % within 5.8 ms
replaced: 3 × max-memory

       1.0 s ago  worker 2 was replaced: --max-memory
`,
  );
});

test("statusText lets no text of an application drive the terminal", () => {
  const text = statusText(
    status({
      reloadFailure: "Cannot load app.js: \x1b[2J\n    at app.js:1",
      events: [{ at: NOW, what: "reload: \x1b[31mred" }],
    }),
    NOW,
  );
  assert.match(
    text,
    /failed: Cannot load app\.js: \\x1b\[2J\n {6}at app\.js:1\n/,
  );
  assert.match(text, /reload: \\x1b\[31mred/);
});
