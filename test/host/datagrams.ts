// A datagram socket of Unix, which Node has not: perl has it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { folder } from "../cli/command.ts";
import { atEnd } from "../support/at-end.ts";

const RECEIVER = `
  use strict; use warnings; use Socket; $| = 1;
  socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die $!;
  bind($socket, sockaddr_un($ARGV[0])) or die $!;
  chmod 0777, $ARGV[0];
  print "bound\\n";
  while (defined recv($socket, my $text, 4096, 0)) {
    next if $text eq "BARRIER=1";
    $text =~ s/\\n/;/g;
    print "$text\\n";
  }
`;

/** What stands for systemd. */
export interface NotifySocket {
  readonly path: string;
  /** The assignments of the next datagram. */
  next(): Promise<Readonly<Record<string, string>>>;
}

/** One that is there until the test ends. */
export async function notifySocket(t: TestContext): Promise<NotifySocket> {
  const path = join(folder(t), "notify");
  const child = spawn("perl", ["-e", RECEIVER, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  atEnd(t, async () => {
    child.kill("SIGKILL");
    await closed;
  });
  const lines = createInterface({ input: child.stdout })[
    Symbol.asyncIterator
  ]();
  await lines.next();
  return {
    path,
    async next() {
      const { value } = await lines.next();
      const pairs = String(value)
        .split(";")
        .filter((pair) => pair !== "");
      return Object.fromEntries(
        pairs.map((pair) => {
          const equals = pair.indexOf("=");
          return [pair.slice(0, equals), pair.slice(equals + 1)];
        }),
      );
    },
  };
}
