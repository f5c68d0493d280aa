// Writes the files of a plan; what is there already belongs to somebody.
import { createInterface } from "node:readline/promises";
import { isatty } from "node:tty";
import { difference } from "../../init/diff.ts";
import type { Plan } from "../../init/plan.ts";
import { type Meeting, meet, write } from "../../init/write.ts";
import { STDERR } from "../terminal.ts";

/** Descriptor 0. */
const STDIN = 0;

/** Writes all files or, where one may not be replaced, none. @returns whether they are written */
export async function writePlan(
  { files }: Plan,
  isForced: boolean,
): Promise<boolean> {
  const meetings = files.map(meet);
  for (const meeting of meetings) {
    if (meeting.state !== "differs" || isForced) continue;
    show(meeting);
    if (isatty(STDIN) && isatty(STDERR)) {
      if (await mayReplace(meeting.file.path)) continue;
      process.stderr.write("Nothing was written.\n");
      return false;
    }
    process.stderr.write(
      `tsgi: Cannot write ${meeting.file.path}: another file is there, and nothing was written; --force replaces it, --output names another folder\n`,
    );
    return false;
  }
  for (const { file, state } of meetings) {
    if (state === "new" || state === "differs") write(file);
    process.stdout.write(`${SAID[state]} ${file.path}\n`);
  }
  return true;
}

const SAID: Readonly<Record<Meeting["state"], string>> = {
  new: "wrote   ",
  same: "same    ",
  kept: "kept    ",
  differs: "replaced",
};

function show({ file, before }: Meeting): void {
  const text =
    before === file.text
      ? `  its mode becomes ${file.mode.toString(8)}\n`
      : difference(before, file.text);
  process.stderr.write(`${file.path} is there already:\n${text}`);
}

async function mayReplace(path: string): Promise<boolean> {
  const { stdin: input, stderr: output } = process;
  const dialogue = createInterface({ input, output });
  try {
    const answer = await dialogue.question(`Replace ${path}? [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    dialogue.close();
  }
}
